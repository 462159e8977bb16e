package io.orchestrator.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one with the same pid.
 *
 * <p>On Linux the birth is the start time in clock ticks since boot, with the boot and the pid namespace: unlike a wall
 * clock instant, which is computed from a boot time that moves when the clock is set, it reads the same in every JVM
 * and for as long as the process lives. Elsewhere it is the start instant.
 *
 * @param pid the process id
 * @param born when and where the process began; compared, never interpreted
 */
record ProcessIdentity(long pid, String born) {
    private static final Path PROC = Path.of("/proc");
    /** Counted behind the command name, which ends at the last bracket: proc(5) numbers these fields 3, 20 and 22. */
    private static final int STATE_FIELD = 0;

    private static final int THREADS_FIELD = 17;
    private static final int START_TIME_FIELD = 19;

    /** The living process with this pid, if there is one; a zombie counts as dead. */
    static Optional<ProcessIdentity> of(long pid) {
        return Files.isReadable(PROC.resolve("self/stat")) ? fromProc(pid) : fromHandle(pid);
    }

    static ProcessIdentity self() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() -> new IllegalStateException("The system does not show this process, " + pid));
    }

    boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /** Whether the pid means something here: same boot, and not a container with pids of its own. */
    boolean isOfThisHost() {
        return place(born).equals(place(self().born));
    }

    private static String place(String born) {
        return born.substring(born.indexOf('@') + 1);
    }

    private static Optional<ProcessIdentity> fromProc(long pid) {
        String stat;
        try {
            stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
        } catch (IOException e) {
            // How Linux says that there is no such process, or no longer.
            return Optional.empty();
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        boolean ended = fields[STATE_FIELD].equals("Z") || fields[STATE_FIELD].equals("X");
        // The first thread can be a zombie while the others still end, and hold the process' ports and files.
        boolean dead = ended && Integer.parseInt(fields[THREADS_FIELD]) <= 1;
        return dead ? Optional.empty() : Optional.of(new ProcessIdentity(pid, fields[START_TIME_FIELD] + "@" + host()));
    }

    private static Optional<ProcessIdentity> fromHandle(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(start -> new ProcessIdentity(pid, start.toEpochMilli() + "@"));
    }

    private static String host() {
        try {
            String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id"));
            return boot.strip() + "/" + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
        } catch (IOException e) {
            throw new LocalStackException("Cannot read the identity of this system below " + PROC, e);
        }
    }
}
