package io.orchestrator.worker.program;

import java.util.Optional;
import java.util.function.Consumer;

/** Where an operating system tells about its processes. */
interface ProcessSource {
    /** Shows every process that exists when the call ends, and some that do not any more, each as soon as it is seen. */
    void scan(Consumer<ProcessEntry> seen);

    /**
     * What {@link #scan} shows, but perhaps only those that were started after the process with this pid. To be asked
     * within a second of that start, because pids are given away in turns.
     */
    void scanAfter(long pid, Consumer<ProcessEntry> seen);

    Optional<ProcessEntry> find(long pid);

    /**
     * The environment a process was started with; {@link Environment#UNKNOWN} when it may not be read or the system
     * does not tell, {@link Environment#VANISHED} when the process has ended.
     */
    Environment environment(long pid);

    /** A bound that no process started from now on has a smaller {@link ProcessEntry#started()} than. */
    long startBound();

    /** Names the set of processes that pids of this source belong to; two containers have two. */
    String namespace();

    /** Whether {@link #environment} and sessions are known. */
    boolean tellsAll();
}
