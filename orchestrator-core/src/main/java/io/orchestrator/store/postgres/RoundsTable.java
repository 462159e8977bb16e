package io.orchestrator.store.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jooq.DSLContext;

/** Statements on rounds: when the guards last looked, by the database's clock. */
final class RoundsTable {
    private static final String AGE =
            " CASE WHEN isfinite(at) THEN (extract(epoch FROM clock_timestamp() - at) * 1000)::bigint END AS ms ";

    /** Marks a round and returns how long ago the one before was; empty for the first ever, or when nobody can tell. Rounds take turns. */
    Optional<Duration> mark(DSLContext dsl, String service) {
        Optional<Duration> since = Sql.fetch(
                        dsl, "SELECT" + AGE + "FROM rounds WHERE service = ? FOR UPDATE", RoundsTable::age, service)
                .stream()
                .flatMap(Optional::stream)
                .findFirst();
        Sql.send(dsl, """
                        INSERT INTO rounds (service, at) VALUES (?, clock_timestamp())
                        ON CONFLICT (service) DO UPDATE SET at = excluded.at
                        """, service);
        return since;
    }

    /** How long ago the last round was. */
    Optional<Duration> age(DSLContext dsl, String service) {
        return Sql.fetch(dsl, "SELECT" + AGE + "FROM rounds WHERE service = ?", RoundsTable::age, service).stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Duration> age(ResultSet row) throws SQLException {
        return Optional.ofNullable(row.getObject("ms", Long.class)).map(Duration::ofMillis);
    }
}
