package io.orchestrator.store.postgres;

import org.jooq.DSLContext;

/**
 * What a transaction sets for itself where no session is ours: a pooler that gives each transaction another one takes no
 * start-up options, and what is set for a session goes to whoever gets it next. The same settings as those of
 * {@link Database}.
 */
final class PooledSession {
    private PooledSession() {}

    /** Sends the settings with whatever comes first; none of them is a query, which an isolation level could not follow. */
    static void begin(DSLContext dsl) {
        Sql.send(dsl, "SET LOCAL statement_timeout = '30s'");
        Sql.send(dsl, "SET LOCAL lock_timeout = '5s'");
        Sql.send(dsl, "SET LOCAL idle_in_transaction_session_timeout = '10s'");
        Sql.send(dsl, "SET LOCAL timezone = 'UTC'");
        Sql.send(dsl, "SET LOCAL enable_seqscan = off");
        Sql.send(dsl, "SET LOCAL enable_bitmapscan = off");
        Sql.send(dsl, "SET LOCAL jit = off");
    }
}
