package io.orchestrator.store.postgres;

import java.util.Map;

/**
 * What a SQLSTATE means for the caller: the one table of them. A state that does not stand in it itself means what its class
 * (its first two characters) means.
 */
final class SqlStates {
    /** What to make of a failure. */
    enum Meaning {
        /** The connection was lost, or the server is starting, stopping, or took too long: later it will work. */
        AWAY,
        /** It answers, and others hold the rows, or the statement ran into its time limit: nothing was changed, and later it will work. */
        BUSY,
        /** Disk, memory or connections: later, when somebody has made room. */
        EXHAUSTED,
        /** Two transactions got in each other's way: at once, again. */
        TRY_AGAIN,
        /**
         * What the driver has prepared on this connection is older than a migration that changed a statement's columns
         * ("cached plan must not change result type"). The driver forgets all that it has prepared there, so another try
         * works; outside a transaction it does that by itself.
         */
        OUTDATED_PLAN,
        /** A character that jsonb cannot hold, a number out of range: doing it again is useless. */
        BAD_DATA,
        /** The server answers and turns us away; a person has to mend it. */
        NO_LOGIN,
        NO_DATABASE,
        NO_RIGHT,
        NO_TABLES,
        /**
         * The server answers and is a standby, as after a failover, or read-only: later, or on another connection, it will
         * work. This connection would lead there for as long as it lives, so it is given up.
         */
        NO_WRITES,
        /** A name that a migration needs is taken. */
        NAME_TAKEN,
        /** Nothing that the engine expects to happen. */
        FAULT
    }

    private static final Map<String, Meaning> TABLE = Map.ofEntries(
            Map.entry("08", Meaning.AWAY), // connection lost, or not made
            Map.entry("57", Meaning.AWAY), // starting, stopping, sessions that an administrator ends
            Map.entry("57014", Meaning.BUSY), // a statement's time limit, or somebody's cancel
            Map.entry("55P03", Meaning.BUSY), // a lock that was not to be had in time
            Map.entry("58", Meaning.AWAY), // an error of the system that Postgres runs on
            Map.entry("25P03", Meaning.AWAY), // idle too long in a transaction
            Map.entry("25P04", Meaning.BUSY), // transaction_timeout, which ends the session too
            Map.entry("40003", Meaning.AWAY), // whether it was done is not known
            Map.entry("55006", Meaning.BUSY), // somebody works on the database as a whole
            Map.entry("53", Meaning.EXHAUSTED),
            Map.entry("40001", Meaning.TRY_AGAIN), // serialization
            Map.entry("40P01", Meaning.TRY_AGAIN), // deadlock
            Map.entry("0A000", Meaning.OUTDATED_PLAN),
            Map.entry("22", Meaning.BAD_DATA),
            Map.entry("23", Meaning.BAD_DATA),
            Map.entry("28", Meaning.NO_LOGIN), // password, unknown role, pg_hba.conf
            Map.entry("08004", Meaning.NO_LOGIN), // the driver's own: no password to give, no TLS on the server
            Map.entry("3D", Meaning.NO_DATABASE),
            Map.entry("57P04", Meaning.NO_DATABASE), // dropped
            Map.entry("42501", Meaning.NO_RIGHT),
            Map.entry("3F", Meaning.NO_TABLES), // no such schema
            Map.entry("42P01", Meaning.NO_TABLES),
            Map.entry("42P06", Meaning.NAME_TAKEN),
            Map.entry("42P07", Meaning.NAME_TAKEN),
            Map.entry("42710", Meaning.NAME_TAKEN),
            Map.entry("42723", Meaning.NAME_TAKEN),
            Map.entry("25006", Meaning.NO_WRITES)); // a standby, or default_transaction_read_only

    private SqlStates() {}

    static Meaning of(String state) {
        Meaning exact = TABLE.get(state);
        if (exact != null) {
            return exact;
        }
        return state.length() < 2 ? Meaning.FAULT : TABLE.getOrDefault(state.substring(0, 2), Meaning.FAULT);
    }

    static boolean worthAnotherTry(String state) {
        return of(state) == Meaning.TRY_AGAIN;
    }

    /** Whether who says so while a connection is made is there, so that "does not answer" would be wrong. */
    static boolean isAnAnswer(String state) {
        return switch (of(state)) {
            case EXHAUSTED, NO_LOGIN, NO_DATABASE, NO_RIGHT, NO_TABLES, NO_WRITES -> true;
            case AWAY, BUSY, TRY_AGAIN, OUTDATED_PLAN, BAD_DATA, NAME_TAKEN, FAULT -> false;
        };
    }

    static boolean outdatedPlan(String state) {
        return of(state) == Meaning.OUTDATED_PLAN;
    }
}
