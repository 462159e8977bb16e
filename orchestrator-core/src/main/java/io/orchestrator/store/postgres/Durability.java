package io.orchestrator.store.postgres;

import io.orchestrator.store.StoreUnavailable;
import java.sql.SQLWarning;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Whether what was committed stays, whatever becomes of the server: every fence of the engine rests on it. Remembers that a
 * commit was not confirmed: who asks again finds what was done, and a transaction that only finds waits for no standby. So until
 * one is confirmed, each writes a little of its own, and with that everything before it is confirmed too. Thread-safe.
 */
final class Durability {
    /** A role or database may have it off, by which commits of the last moments would be lost with a crash. */
    static final String REQUIRE =
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    /** Warnings that come with a commit are of this class: the server gave up waiting for its standby. */
    private static final String WARNING = "01000";

    /** A few bytes that nobody reads; the commit waits for them. */
    private static final String WRITE_SOMETHING =
            "SELECT pg_logical_emit_message(true, 'orchestrator', '') WHERE NOT pg_is_in_recovery()";

    private final AtomicLong doubted = new AtomicLong();
    private final AtomicLong settled = new AtomicLong();

    /** A commit was not heard of, or is not known to outlive the server. */
    void doubt() {
        doubted.incrementAndGet();
    }

    boolean isInDoubt() {
        return doubted.get() > settled.get();
    }

    /** To be called before a transaction looks at anything; what it returns is for the other two. */
    long soFar() {
        return doubted.get();
    }

    /** The last thing before the commit. */
    void ask(DSLContext dsl, long soFar) {
        if (soFar > settled.get()) {
            Sql.send(dsl, WRITE_SOMETHING);
        }
    }

    /** That commit was confirmed, and so is whatever came before it. */
    void settle(long soFar) {
        settled.accumulateAndGet(soFar, Math::max);
    }

    /**
     * Takes a commit that no standby has confirmed for one whose outcome is unknown, because that is what it is after a
     * failover. Whoever asks again finds what was done.
     *
     * @param warning what the server said with the commit
     * @throws StoreUnavailable when it has been confirmed by the primary alone
     */
    static void check(@Nullable SQLWarning warning) {
        for (SQLWarning w = warning; w != null; w = w.getNextWarning()) {
            if (WARNING.equals(w.getSQLState())) {
                throw new StoreUnavailable(
                        "Postgres has committed, and no standby has confirmed it: " + w.getMessage(), w);
            }
        }
    }
}
