package io.orchestrator.store.postgres;

/** What a SQLSTATE means for the caller. */
final class SqlStates {
    private static final String DEADLOCK = "40P01";
    private static final String SERIALIZATION = "40001";

    private static final String NOT_SUPPORTED = "0A000";

    private SqlStates() {}

    static boolean worthAnotherTry(String state) {
        return DEADLOCK.equals(state) || SERIALIZATION.equals(state);
    }

    /**
     * What the driver has prepared on this connection is older than a migration that changed a statement's columns ("cached
     * plan must not change result type"). The driver forgets all that it has prepared there, so another try works; outside a
     * transaction it does that by itself.
     */
    static boolean outdatedPlan(String state) {
        return NOT_SUPPORTED.equals(state);
    }

    /**
     * Connection lost (08), shutting down or starting up (57P0x), out of resources such as disk or connections (53),
     * a statement cancelled by its own time-out (57014), idle too long in a transaction (25P03).
     */
    static boolean unavailable(String state) {
        return state.startsWith("08")
                || state.startsWith("57")
                || outOfResources(state)
                || "25P03".equals(state)
                || worthAnotherTry(state);
    }

    /** A full disk, no memory, too many connections. */
    static boolean outOfResources(String state) {
        return state.startsWith("53");
    }

    /** The data itself is at fault (a character that jsonb cannot hold, a number out of range): doing it again is useless. */
    static boolean badData(String state) {
        return state.startsWith("22") || state.startsWith("23");
    }
}
