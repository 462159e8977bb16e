package io.orchestrator.store.postgres;

import io.orchestrator.store.StoreUnavailable;
import java.sql.SQLWarning;
import org.jspecify.annotations.Nullable;

/**
 * Whether what was committed stays, whatever becomes of the server: every fence of the engine rests on it. Pure but for the
 * statement.
 */
final class Durability {
    /** A role or database may have it off, by which commits of the last moments would be lost with a crash. */
    static final String REQUIRE =
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    /** Warnings that come with a commit are of this class: the server gave up waiting for its standby. */
    private static final String WARNING = "01000";

    private Durability() {}

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
