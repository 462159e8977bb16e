package io.orchestrator.worker.program;

import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes of this host. One instance serves all programs of a worker process, which lets attempts that end at the
 * same moment share one look at the system. Thread-safe.
 */
public final class ProcessTable {
    private final ProcessSource source;
    /** Only tells which of two things in this process came first, so it is the machine's own. */
    private final Ticks ticks = new SystemTicks();

    private final Freezer freezer = new Freezer(this);
    private final Set<Long> sessions = ConcurrentHashMap.newKeySet();
    private final ReentrantLock scanning = new ReentrantLock();
    private @Nullable Scan latest;

    private record Scan(long startedNanos, Collection<ProcessEntry> entries) {}

    ProcessTable(ProcessSource source) {
        this.source = source;
    }

    public static ProcessTable ofThisHost() {
        return new ProcessTable(ProcFilesystem.isAvailable() ? new ProcFilesystem() : new JavaProcesses());
    }

    /**
     * A view of all processes that is not older than this call. Whoever had to wait for another's scan uses the next
     * one together with all others that waited, so that the cost does not grow with the number of programs that end.
     */
    Collection<ProcessEntry> snapshot() {
        long askedNanos = ticks.nanos();
        scanning.lock();
        try {
            Scan scan = latest;
            if (scan == null || scan.startedNanos() - askedNanos < 0) {
                long startedNanos = ticks.nanos();
                List<ProcessEntry> entries = new ArrayList<>();
                source.scan(entries::add);
                scan = new Scan(startedNanos, entries);
                latest = scan;
            }
            return scan.entries();
        } finally {
            scanning.unlock();
        }
    }

    /** At least what was started after this process, which itself was started less than a second ago. */
    Collection<ProcessEntry> startedAfter(long pid) {
        List<ProcessEntry> entries = new ArrayList<>();
        source.scanAfter(pid, entries::add);
        return entries;
    }

    /** Shows all processes one by one, each at the moment when it is seen. */
    void watch(Consumer<ProcessEntry> seen) {
        source.scan(seen);
    }

    Optional<ProcessEntry> find(long pid) {
        return source.find(pid);
    }

    Environment environment(ProcessEntry process) {
        return source.environment(process.pid());
    }

    long startBound() {
        return source.startBound();
    }

    String namespace() {
        return source.namespace();
    }

    boolean tellsAll() {
        return source.tellsAll();
    }

    /** Stops trees of this worker process, and lets them go on. */
    Freezer freezer() {
        return freezer;
    }

    ProcessEntry self() {
        long pid = ProcessHandle.current().pid();
        return find(pid).orElseThrow(() -> new IllegalStateException("process " + pid + " cannot see itself"));
    }

    /** Says that this session belongs to a program of ours; nothing in it can belong to another one. */
    void claimSession(long leader) {
        sessions.add(leader);
    }

    void releaseSession(long leader) {
        sessions.remove(leader);
    }

    boolean isClaimed(long session) {
        return sessions.contains(session);
    }

    /** Sends SIGTERM, or SIGKILL when forced, to this process and never to a later one with its pid. */
    boolean signal(ProcessEntry process, boolean force) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
        // The handle remembers the start time it saw. The process being the same afterwards proves that it was the same
        // when the handle was made, and from there on the handle itself refuses to signal another one.
        if (handle.isEmpty() || find(process.pid()).filter(process::isSameAs).isEmpty()) {
            return false;
        }
        return force ? handle.get().destroyForcibly() : handle.get().destroy();
    }
}
