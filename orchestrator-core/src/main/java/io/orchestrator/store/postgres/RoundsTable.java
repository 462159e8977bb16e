package io.orchestrator.store.postgres;

import java.time.Duration;
import java.util.Optional;
import org.jooq.DSLContext;

/** Statements on rounds: when the guards last looked, by the database's clock. */
final class RoundsTable {
    /** Marks a round and returns how long ago the one before was; empty for the first ever, or when nobody can tell. Rounds take turns. */
    Optional<Duration> mark(DSLContext dsl, String service) {
        Optional<Duration> since = Sql.fetch(
                        dsl,
                        """
                        SELECT CASE WHEN isfinite(at) THEN (extract(epoch FROM clock_timestamp() - at) * 1000)::bigint END AS ms
                          FROM rounds WHERE service = ? FOR UPDATE
                        """,
                        r -> Optional.ofNullable(r.getObject("ms", Long.class)).map(Duration::ofMillis),
                        service)
                .stream()
                .flatMap(Optional::stream)
                .findFirst();
        Sql.send(dsl, """
                        INSERT INTO rounds (service, at) VALUES (?, clock_timestamp())
                        ON CONFLICT (service) DO UPDATE SET at = excluded.at
                        """, service);
        return since;
    }
}
