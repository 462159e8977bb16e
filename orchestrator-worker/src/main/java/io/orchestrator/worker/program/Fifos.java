package io.orchestrator.worker.program;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stock of named pipes for the output of programs. Java cannot make one, so {@code mkfifo} makes many at a time, in a
 * folder that only this user can enter. A pipe has no name any more once its program runs; what is left of the stock is
 * deleted when Java ends, or, after a crash, by the next process of this host that needs pipes. Thread-safe.
 */
final class Fifos {
    private static final Logger log = LoggerFactory.getLogger(Fifos.class);
    private static final int AT_A_TIME = 64;
    private static final String PREFIX = "orchestrator-output-";

    private final ProcessTable table;
    private final Optional<Path> mkfifo;
    private final Path parent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Path> stock = new ArrayDeque<>();
    private Optional<Path> folder = Optional.empty();
    private long made;
    private boolean warned;

    /**
     * Makes nothing yet.
     *
     * @param path where to look for {@code mkfifo}
     * @param parent the folder for temporary files
     */
    Fifos(ProcessTable table, String path, Path parent) {
        this.table = table;
        this.mkfifo = CommandLookup.inPath("mkfifo", path, Path.of("/"));
        this.parent = parent;
    }

    static Fifos ofThisHost(ProcessTable table) {
        return new Fifos(table, ChildEnvironment.workerPath(), Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * A pipe that nobody else has; empty where this host has no {@code mkfifo} or no folder to put pipes into, which is
     * logged once.
     *
     * @throws IOException when there is one and it cannot be opened
     */
    Optional<Fifo> take() throws IOException {
        lock.lock();
        try {
            if (stock.isEmpty() && !refill()) {
                return Optional.empty();
            }
            try {
                return Optional.of(Fifo.open(stock.remove()));
            } catch (NoSuchFileException e) {
                log.debug("the folder for temporary files has been tidied up, starting anew: {}", e.getMessage());
                stock.clear();
                folder = Optional.empty();
                return refill() ? Optional.of(Fifo.open(stock.remove())) : Optional.empty();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean arePossible() {
        return mkfifo.isPresent() && Files.isWritable(parent);
    }

    private boolean refill() {
        if (mkfifo.isEmpty()) {
            return unable("there is no mkfifo in the PATH");
        }
        try {
            Path home = home();
            List<Path> fresh = new ArrayList<>();
            List<String> command = new ArrayList<>(List.of(mkfifo.get().toString(), "-m", "600"));
            for (int i = 0; i < AT_A_TIME; i++) {
                fresh.add(home.resolve(Long.toString(made++)));
                command.add(fresh.getLast().toString());
            }
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int code = awaitEnd(process);
            if (code != 0) {
                return unable("mkfifo failed in " + home + " with " + ExitStatus.describe(code));
            }
            stock.addAll(fresh);
            return true;
        } catch (IOException e) {
            return unable(e.toString());
        }
    }

    private Path home() throws IOException {
        if (folder.filter(Files::isDirectory).isPresent()) {
            return folder.get();
        }
        ProcessEntry self = table.self();
        Path fresh =
                Files.createTempDirectory(parent, namesOf(table.namespace()) + self.pid() + "-" + self.started() + "-");
        if (folder.isEmpty()) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::deleteAll, "program-pipes"));
        }
        folder = Optional.of(fresh);
        deleteThoseOfTheDead(fresh);
        return fresh;
    }

    private static String namesOf(String namespace) {
        return PREFIX + namespace.replaceAll("[^A-Za-z0-9]", "") + "-";
    }

    private static int awaitEnd(Process process) {
        try (SteadyWait wait = new SteadyWait()) {
            return wait.forEnd(process);
        }
    }

    private boolean unable(String why) {
        if (!warned) {
            warned = true;
            log.warn(
                    "programs write to plain pipes, whose end Java may lose when a program exits before what it started: {};"
                            + " expected mkfifo in the PATH and a writable folder for temporary files ({})",
                    why,
                    parent);
        }
        return false;
    }

    /** A folder's name tells whose it is: a pid and its start, in a namespace. */
    private void deleteThoseOfTheDead(Path own) throws IOException {
        String names = namesOf(table.namespace());
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, names + "*")) {
            for (Path candidate : folders) {
                String[] owner = candidate
                        .getFileName()
                        .toString()
                        .substring(names.length())
                        .split("-", 3);
                if (owner.length == 3
                        && !candidate.equals(own)
                        && isDead(owner[0], owner[1])
                        && isOurs(candidate, own)) {
                    delete(candidate);
                }
            }
        }
    }

    private boolean isDead(String pid, String started) {
        try {
            long since = Long.parseLong(started);
            return table.find(Long.parseLong(pid))
                    .filter(process -> !process.ended() && process.started() == since)
                    .isEmpty();
        } catch (NumberFormatException e) {
            log.debug("{} started {} is no process", pid, started, e);
            return false;
        }
    }

    private static boolean isOurs(Path candidate, Path own) {
        try {
            return Files.isDirectory(candidate, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(candidate, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own));
        } catch (IOException e) {
            log.debug("{} has just gone", candidate, e);
            return false;
        }
    }

    private void deleteAll() {
        lock.lock();
        try {
            stock.clear();
            folder.ifPresent(Fifos::delete);
        } finally {
            lock.unlock();
        }
    }

    private static void delete(Path folder) {
        try (DirectoryStream<Path> pipes = Files.newDirectoryStream(folder)) {
            for (Path pipe : pipes) {
                Files.deleteIfExists(pipe);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.debug("cannot delete {}", folder, e);
        }
    }
}
