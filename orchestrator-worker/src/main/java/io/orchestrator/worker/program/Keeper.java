package io.orchestrator.worker.program;

import java.io.IOException;

/** Starts programs so that all they start can be found again and ended. Thread-safe. */
interface Keeper {
    /**
     * A started program.
     *
     * @param leader the program itself
     * @param ownSession whether it leads a session of its own
     */
    record Started(Process leader, Keep keep, boolean ownSession) {}

    /**
     * Starts a program that is kept track of from its first moment.
     *
     * @param builder with the program's own command; used up by this
     */
    Started start(ProcessBuilder builder) throws IOException;

    Keeping keeping();

    /** Up to this instant of the monotonic clock programs may work without further word. */
    void trustedUntil(long nanos);
}
