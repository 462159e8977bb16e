package io.orchestrator.worker.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A control group (version 2) that one program and all it starts are in, and those within it. */
record Cgroup(Path folder) {
    private static final Logger log = LoggerFactory.getLogger(Cgroup.class);
    private static final String MEMBERS = "cgroup.procs";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FIRST_LOOK = Duration.ofNanos(200_000);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(10);

    /** The group that this process is in, where the system has groups of version 2, be it beside those of version 1. */
    static Optional<Path> ofThisProcess() {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"));
                Stream<String> groups = Files.lines(Path.of("/proc/self/cgroup"))) {
            Optional<String> group = groups.filter(line -> line.startsWith("0::/"))
                    .map(line -> line.substring("0::/".length()))
                    .findFirst();
            return group.flatMap(path -> mounts.filter(line -> line.contains(" - cgroup2 "))
                    .map(line -> line.split(" "))
                    .flatMap(fields -> within(fields[3], fields[4], "/" + path).stream())
                    .findFirst());
        } catch (IOException e) {
            log.debug("no control groups here", e);
            return Optional.empty();
        }
    }

    /** A mount may show a part of the tree only. */
    private static Optional<Path> within(String root, String mount, String group) {
        Path top = Path.of(root);
        Path own = Path.of(group);
        return own.startsWith(top) ? Optional.of(Path.of(mount).resolve(top.relativize(own))) : Optional.empty();
    }

    /** Groups of a worker are numbered. */
    long number() {
        return Long.parseLong(folder.getFileName().toString());
    }

    Path joining() {
        return folder.resolve(MEMBERS);
    }

    Set<Long> pids() {
        Set<Long> pids = new HashSet<>();
        addTo(pids, folder);
        return pids;
    }

    private static void addTo(Set<Long> pids, Path group) {
        try (Stream<String> lines = Files.lines(group.resolve(MEMBERS))) {
            lines.map(Long::parseLong).filter(pid -> pid > 0).forEach(pids::add);
        } catch (IOException | UncheckedIOException e) {
            log.trace("{} has just gone", group, e);
        }
        within(group).forEach(inner -> addTo(pids, inner));
    }

    private static Set<Path> within(Path group) {
        Set<Path> inner = new HashSet<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(group, Files::isDirectory)) {
            folders.forEach(inner::add);
        } catch (IOException e) {
            log.trace("{} has just gone", group, e);
        }
        return inner;
    }

    /** Of what has ended and is not reaped yet nothing counts. */
    boolean isEmpty() {
        try {
            return !Files.readString(folder.resolve("cgroup.events")).contains("populated 1");
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            log.debug("the group {} cannot be read", folder, e);
            return pids().isEmpty();
        }
    }

    /** Waits until all are gone, for some seconds at most. */
    void kill() {
        Countdown countdown = Countdown.of(PATIENCE);
        Duration pause = FIRST_LOOK;
        try (SteadyWait wait = new SteadyWait()) {
            while (!isEmpty() && !countdown.isOver()) {
                killOnce();
                wait.pause(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? pause.multipliedBy(2) : LONGEST_LOOK;
            }
        }
    }

    /** Kernels before 5.14 kill one by one. */
    private void killOnce() {
        try {
            Files.writeString(folder.resolve("cgroup.kill"), "1", StandardOpenOption.WRITE);
        } catch (IOException e) {
            log.trace("{} cannot be killed as a whole", folder, e);
            pids().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    /** Removes what is empty, innermost first. */
    void release() {
        remove(folder);
    }

    private static void remove(Path group) {
        within(group).forEach(Cgroup::remove);
        try {
            Files.deleteIfExists(group);
        } catch (IOException e) {
            log.debug("the group {} is not empty yet", group, e);
        }
    }
}
