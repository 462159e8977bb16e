package io.orchestrator.worker.program;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The processes of any host, as far as Java tells: parents and start times, no sessions and no environments. */
final class JavaProcesses implements ProcessSource {
    @Override
    public void scan(Consumer<ProcessEntry> seen) {
        ProcessHandle.allProcesses().map(JavaProcesses::entry).forEach(seen);
    }

    @Override
    public void scanAfter(long pid, Consumer<ProcessEntry> seen) {
        scan(seen);
    }

    @Override
    public Optional<ProcessEntry> find(long pid) {
        return ProcessHandle.of(pid).map(JavaProcesses::entry);
    }

    @Override
    public Environment environment(long pid) {
        return Environment.UNKNOWN;
    }

    @Override
    public long startBound() {
        return 0;
    }

    @Override
    public String namespace() {
        return "host";
    }

    @Override
    public boolean tellsAll() {
        return false;
    }

    private static ProcessEntry entry(ProcessHandle handle) {
        long parent = handle.parent().map(ProcessHandle::pid).orElse(0L);
        long started = handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        ProcessEntry.State state = handle.isAlive() ? ProcessEntry.State.UNTOLD : ProcessEntry.State.ENDED;
        return new ProcessEntry(handle.pid(), parent, 0, 0, started, state);
    }
}
