package io.orchestrator.worker.program;

import java.util.Collection;
import java.util.Optional;

/** Where an operating system tells about its processes. */
interface ProcessSource {
    /** Every process that exists from the start to the end of the call, and perhaps some that do not. */
    Collection<ProcessEntry> scan();

    Optional<ProcessEntry> find(long pid);

    /** The environment a process was started with; empty when it may not be read, or the system does not tell. */
    Environment environment(long pid);

    /** A bound that no process started from now on has a smaller {@link ProcessEntry#started()} than. */
    long startBound();

    /** Names the set of processes that pids of this source belong to; two containers have two. */
    String namespace();

    /** Whether {@link #environment} and sessions are known. */
    boolean tellsAll();
}
