package io.orchestrator.worker.program;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of a Linux host, from {@code /proc}. A process that vanishes while it is read is simply not there. */
final class ProcFilesystem implements ProcessSource {
    private static final Logger log = LoggerFactory.getLogger(ProcFilesystem.class);
    private static final File PROC = new File("/proc");

    /** The kernel shows start times in hundredths of a second on every platform that Java runs on. */
    private static final long TICKS_PER_SECOND = 100;

    private static final int STAT_MAX_BYTES = 4_096;
    private static final int MAX_LISTS = 20;
    private static final int MAX_LOOKS_AT_EXEC = 20;
    private static final long EXEC_PAUSE_NANOS = 100_000;

    private final String namespace = readNamespace();

    static boolean isAvailable() {
        return new File(PROC, "self/stat").canRead() && new File(PROC, "uptime").canRead();
    }

    @Override
    public void scan(Consumer<ProcessEntry> seen) {
        scan(pid -> true, seen);
    }

    /** Reading a directory is cheap, reading a file for each process of a busy host is not. */
    @Override
    public void scanAfter(long first, Consumer<ProcessEntry> seen) {
        OptionalLong lastGiven = lastPid();
        if (lastGiven.isEmpty()) {
            scan(seen);
            return;
        }
        long last = lastGiven.getAsLong();
        // Pids grow up to a limit and then start again from the bottom.
        scan(last >= first ? pid -> pid > first && pid <= last : pid -> pid > first || pid <= last, seen);
    }

    /**
     * Lists again until there is nothing new: a process may start a child after the list was made and end before it is
     * looked at, and one list would then show neither.
     */
    private static void scan(LongPredicate wanted, Consumer<ProcessEntry> seen) {
        byte[] buffer = new byte[STAT_MAX_BYTES];
        Set<Long> known = new HashSet<>();
        boolean news = true;
        for (int round = 0; news && round < MAX_LISTS; round++) {
            news = false;
            for (long pid : pids()) {
                if (wanted.test(pid) && known.add(pid)) {
                    news = true;
                    readStat(pid, buffer).ifPresent(seen);
                }
            }
        }
    }

    private static long[] pids() {
        String[] names = PROC.list();
        if (names == null) {
            throw new IllegalStateException("cannot list " + PROC + ": is it still mounted?");
        }
        return Arrays.stream(names)
                .filter(name -> Character.isDigit(name.charAt(0)))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    /** The pid that was given away last is the last field of the load average. */
    private static OptionalLong lastPid() {
        try {
            String load = Files.readString(Path.of(PROC.getPath(), "loadavg")).strip();
            return OptionalLong.of(Long.parseLong(load.substring(load.lastIndexOf(' ') + 1)));
        } catch (IOException | NumberFormatException e) {
            log.debug("the last pid is unknown; all processes are looked at", e);
            return OptionalLong.empty();
        }
    }

    @Override
    public Optional<ProcessEntry> find(long pid) {
        return readStat(pid, new byte[STAT_MAX_BYTES]);
    }

    /**
     * A process shows no environment, and no arguments either, for a moment while it becomes another program. Programs
     * without any environment have arguments.
     */
    @Override
    public Environment environment(long pid) {
        try {
            for (int look = 0; look < MAX_LOOKS_AT_EXEC; look++) {
                byte[] environment = read(pid, "environ");
                if (environment.length > 0) {
                    return Environment.of(environment);
                }
                Optional<ProcessEntry> process = find(pid);
                if (process.isEmpty() || process.get().ended()) {
                    return Environment.VANISHED;
                }
                if (isKernelThread(process.get()) || read(pid, "cmdline").length > 0) {
                    return Environment.UNKNOWN;
                }
                LockSupport.parkNanos(EXEC_PAUSE_NANOS);
            }
            return Environment.UNKNOWN;
        } catch (IOException e) {
            log.trace("process {} ended, or belongs to another user", pid, e);
            return find(pid).isEmpty() ? Environment.VANISHED : Environment.UNKNOWN;
        }
    }

    private static boolean isKernelThread(ProcessEntry process) {
        return process.session() == 0 && process.group() == 0;
    }

    private static byte[] read(long pid, String name) throws IOException {
        try (FileInputStream file = new FileInputStream(PROC + "/" + pid + "/" + name)) {
            return file.readAllBytes();
        }
    }

    @Override
    public long startBound() {
        try {
            String uptime = Files.readString(Path.of(PROC.getPath(), "uptime"));
            double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            return (long) (seconds * TICKS_PER_SECOND) - 1;
        } catch (IOException e) {
            log.debug("no uptime; every process counts as started since", e);
            return 0;
        }
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public boolean tellsAll() {
        return true;
    }

    private static Optional<ProcessEntry> readStat(long pid, byte[] buffer) {
        try (FileInputStream file = new FileInputStream(PROC + "/" + pid + "/stat")) {
            int length = file.read(buffer);
            return length <= 0
                    ? Optional.empty()
                    : Optional.of(parse(pid, new String(buffer, 0, length, StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            log.trace("process {} ended while it was looked at", pid, e);
            return Optional.empty();
        }
    }

    /** Counts fields from the last parenthesis, because the program's name before it may hold spaces and parentheses. */
    static ProcessEntry parse(long pid, String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return new ProcessEntry(
                pid,
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[19]),
                state(fields[0].charAt(0), Long.parseLong(fields[17])));
    }

    private static ProcessEntry.State state(char letter, long threads) {
        return switch (letter) {
            case 'X', 'x' -> ProcessEntry.State.ENDED;
            // A process whose first thread has ended shows as a zombie while its other threads run on.
            case 'Z' -> threads <= 1 ? ProcessEntry.State.ENDED : ProcessEntry.State.UNTOLD;
            case 'D' -> ProcessEntry.State.UNTOLD;
            case 'T', 't' -> ProcessEntry.State.STOPPED;
            default -> ProcessEntry.State.GOES_ON;
        };
    }

    private static String readNamespace() {
        try {
            return Files.readSymbolicLink(Path.of(PROC.getPath(), "self/ns/pid"))
                    .toString();
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("this kernel does not name its process namespaces", e);
            return "unknown";
        }
    }
}
