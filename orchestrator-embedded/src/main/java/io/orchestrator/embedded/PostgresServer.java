package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Postgres on one cluster. Whoever calls holds the startup lock. */
final class PostgresServer implements Server {
    static final String NAME = "postgres";

    /** In {@code postmaster.pid}, counted from 0; see Postgres' miscadmin.h. */
    private static final int STATUS_LINE = 7;

    private final DataDirectory directory;
    private final PostgresCluster cluster;
    private final Map<String, String> settings;

    PostgresServer(DataDirectory directory, PostgresCluster cluster, Map<String, String> settings) {
        this.directory = directory;
        this.cluster = cluster;
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Path logs() {
        return directory.logs();
    }

    @Override
    public void prepare(int port, Duration limit) {
        cluster.create(limit);
        cluster.configure(port, settings);
        forgetForeignPid();
    }

    @Override
    public Process launch(ServerLog log) throws IOException {
        List<String> command = cluster.command("postgres", "-D", cluster.data().toString());
        return ServerProgram.startDetached(command, cluster.data(), log);
    }

    @Override
    public boolean isReady(ProcessIdentity process, int port) {
        List<String> lines = pidFile().lines();
        return pidFile().pid().filter(pid -> pid == process.pid()).isPresent()
                && lines.size() > STATUS_LINE
                && lines.get(STATUS_LINE).strip().equals("ready");
    }

    /** The sessions of a postmaster that was killed take a moment to notice; until then they guard the data. */
    @Override
    public boolean isTransientFailure(String logTail) {
        return logTail.contains("pre-existing shared memory block");
    }

    @Override
    public Optional<ProcessIdentity> byPidFile() {
        return pidFile().processNaming(directory.postgres());
    }

    @Override
    public void stop(ProcessIdentity process, StopMode mode, Duration limit) {
        // Asked for now, as the children of a dead process can no longer be found.
        List<ProcessIdentity> sessions = ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .flatMap(child -> ProcessIdentity.of(child.pid()).stream())
                .toList();
        if (mode == StopMode.FAST && signalled(Signal.INT, process, limit)) {
            return;
        }
        if (mode != StopMode.KILL && signalled(Signal.QUIT, process, limit)) {
            return;
        }
        Signal.KILL.send(process);
        sessions.forEach(Signal.KILL::send);
        boolean gone = BoundedWait.until(
                limit, () -> !process.isAlive() && sessions.stream().noneMatch(ProcessIdentity::isAlive));
        if (!gone) {
            throw new LocalStackException("Postgres (process " + process.pid() + ") does not end, even by SIGKILL");
        }
    }

    private static boolean signalled(Signal signal, ProcessIdentity process, Duration limit) {
        signal.send(process);
        return BoundedWait.until(limit, () -> !process.isAlive());
    }

    /**
     * Removes a {@code postmaster.pid} whose pid now belongs to another program: Postgres, which knows only the number,
     * would take that program for a server on this data and refuse to start. If the pid is nobody's, the file stays:
     * it also leads Postgres to the shared memory of sessions that have outlived their postmaster.
     */
    private void forgetForeignPid() {
        boolean foreign = pidFile().pid().flatMap(ProcessIdentity::of).isPresent()
                && byPidFile().isEmpty();
        if (foreign) {
            try {
                Files.delete(pidFile().file());
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "Cannot remove the outdated " + pidFile().file(), e);
            }
        }
    }

    private PidFile pidFile() {
        return new PidFile(directory.postgres().resolve("postmaster.pid"));
    }
}
