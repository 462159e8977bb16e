package io.orchestrator.worker.program;

/**
 * One process as it was seen.
 *
 * @param parent its parent's pid, 0 when unknown
 * @param session the pid of the process that leads its session, 0 when unknown
 * @param group the pid of the process that leads its group, 0 when unknown
 * @param started when it started, in a unit of the source; together with the pid it names a process for ever
 * @param ended it runs no more and only waits to be reaped
 */
record ProcessEntry(long pid, long parent, long group, long session, long started, boolean ended) {
    boolean isSameAs(ProcessEntry other) {
        return pid == other.pid && started == other.started;
    }
}
