package io.orchestrator.worker.program;

/**
 * One process as it was seen.
 *
 * @param parent its parent's pid, 0 when unknown
 * @param session the pid of the process that leads its session, 0 when unknown
 * @param group the pid of the process that leads its group, 0 when unknown
 * @param started when it started, in a unit of the source; together with the pid it names a process for ever
 */
record ProcessEntry(long pid, long parent, long group, long session, long started, State state) {
    enum State {
        /** It runs, or would as soon as it is its turn or what it waits for comes. */
        GOES_ON,
        /** It is within the kernel and takes no signal before it comes out again, or its first thread does not show. */
        UNTOLD,
        /** It was stopped by a signal, or by who traces it. */
        STOPPED,
        /** It runs no more and only waits to be reaped. */
        ENDED
    }

    /** What names it for ever. */
    record Id(long pid, long started) {}

    Id id() {
        return new Id(pid, started);
    }

    boolean ended() {
        return state == State.ENDED;
    }

    boolean isSameAs(ProcessEntry other) {
        return pid == other.pid && started == other.started;
    }
}
