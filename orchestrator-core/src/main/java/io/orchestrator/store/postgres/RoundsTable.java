package io.orchestrator.store.postgres;

import java.time.Duration;
import java.util.Optional;
import org.jooq.DSLContext;

/** Statements on rounds: when the guards last looked, by the database's clock. */
final class RoundsTable {
    /** Marks a round and returns how long ago the one before was; empty for the first ever. Rounds take turns. */
    Optional<Duration> mark(DSLContext dsl, String service) {
        Optional<Duration> since = Sql.fetch(dsl, """
                        SELECT (extract(epoch FROM clock_timestamp() - at) * 1000)::bigint AS ms
                          FROM rounds WHERE service = ? FOR UPDATE
                        """, r -> Duration.ofMillis(r.getLong("ms")), service).stream()
                .findFirst();
        Sql.send(dsl, """
                        INSERT INTO rounds (service, at) VALUES (?, clock_timestamp())
                        ON CONFLICT (service) DO UPDATE SET at = excluded.at
                        """, service);
        return since;
    }
}
