package io.orchestrator.store.postgres;

import io.orchestrator.schedule.FiringDecision;
import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Schedules.Draft;
import io.orchestrator.store.Schedules.Failing;
import io.orchestrator.store.Schedules.View;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Statements on schedules. */
final class SchedulesTable {
    private static final String VIEW =
            "SELECT name, coalesce(plan ->> 'name', '') AS plan_name, cron, zone, missed, overlap, paused, next_at, last_at, last_result,"
                    + " last_run_id, failures, error, set_aside_at FROM schedules ";

    /** A firing with a queue waits for the run before it. */
    private static final String MAY_FIRE = """
             NOT s.paused AND s.next_at IS NOT NULL AND s.set_aside_at IS NULL
             AND (s.not_before IS NULL OR s.not_before <= clock_timestamp())
             AND NOT (s.overlap = 'queue'
                      AND EXISTS (SELECT FROM runs r WHERE r.id = s.last_run_id AND r.finished_at IS NULL))
            """;

    /** A schedule whose row this transaction holds, and how its last run stands. */
    record Held(
            View view,
            Stored<RunRequest> request,
            Instant now,
            boolean previousRuns,
            Optional<Instant> previousEnded) {}

    boolean insert(DSLContext dsl, Draft draft, Optional<Instant> nextAt) {
        RunRequest request = draft.request();
        return Sql.execute(
                        dsl,
                        """
                                INSERT INTO schedules (name, plan, inputs, agents, cron, zone, missed, overlap, next_at)
                                VALUES (?, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?, ?, ?::timestamptz) ON CONFLICT (name) DO NOTHING
                                """,
                        draft.name(),
                        Jsonb.text(request.source()),
                        Jsonb.text(request.inputs()),
                        Jsonb.text(request.agents()),
                        draft.cron(),
                        draft.zone(),
                        draft.missed().wire(),
                        draft.overlap().wire(),
                        timestamp(nextAt))
                == 1;
    }

    Instant now(DSLContext dsl) {
        return Sql.fetch(dsl, "SELECT clock_timestamp() AS at", r -> Sql.at(r, "at"))
                .getFirst();
    }

    List<View> list(DSLContext dsl) {
        return Sql.fetch(dsl, VIEW + "ORDER BY name", SchedulesTable::view);
    }

    Optional<View> find(DSLContext dsl, String name) {
        return Sql.fetch(dsl, VIEW + "WHERE name = ?", SchedulesTable::view, name).stream()
                .findFirst();
    }

    boolean remove(DSLContext dsl, String name) {
        return Sql.execute(dsl, "DELETE FROM schedules WHERE name = ?", name) == 1;
    }

    void setPaused(DSLContext dsl, String name, boolean paused, Optional<Instant> nextAt) {
        Sql.send(
                dsl,
                "UPDATE schedules SET paused = ?, next_at = ?::timestamptz, failures = 0, not_before = NULL, error = NULL,"
                        + " set_aside_at = NULL WHERE name = ?",
                paused,
                timestamp(nextAt),
                name);
    }

    /** Holds a schedule's row until the transaction ends. */
    Optional<Held> hold(DSLContext dsl, String name) {
        return Sql.fetch(dsl, """
                        SELECT s.*, coalesce(s.plan ->> 'name', '') AS plan_name, clock_timestamp() AS now, r.id IS NOT NULL AS has_run,
                               r.finished_at
                          FROM schedules s LEFT JOIN runs r ON r.id = s.last_run_id
                         WHERE s.name = ? FOR UPDATE OF s
                        """, SchedulesTable::held, name).stream().findFirst();
    }

    /**
     * Holds the row of the schedule that has waited for its turn for longest, passing over those that others hold; its name.
     * One that has just had its turn comes after the others, however many of its firings are still due.
     */
    Optional<String> holdDue(DSLContext dsl) {
        return Sql.fetch(dsl, "SELECT s.name FROM schedules s WHERE" + MAY_FIRE + """
                         AND s.next_at <= statement_timestamp() ORDER BY greatest(s.next_at, s.dealt_at) LIMIT 1 FOR UPDATE OF s SKIP LOCKED
                        """, r -> r.getString("name"))
                .stream()
                .findFirst();
    }

    /** How often a schedule has failed in a row, once this failure is counted. */
    int fail(DSLContext dsl, String name, String error) {
        return Sql.fetch(
                        dsl,
                        "UPDATE schedules SET failures = failures + 1, error = ? WHERE name = ? RETURNING failures",
                        r -> r.getInt("failures"),
                        error,
                        name)
                .stream()
                .findFirst()
                .orElse(0);
    }

    /** Puts a schedule that failed off, or where there is no time to wait sets it aside. */
    void putOff(DSLContext dsl, String name, Optional<Duration> wait) {
        Sql.send(
                dsl,
                """
                        UPDATE schedules SET not_before = clock_timestamp() + ?::bigint * interval '1 ms',
                               set_aside_at = CASE WHEN ?::bigint IS NULL THEN clock_timestamp() END
                         WHERE name = ?
                        """,
                wait.map(Duration::toMillis).orElse(null),
                wait.map(Duration::toMillis).orElse(null),
                name);
    }

    /** Leaves a schedule alone for a while whose firing meets rows that others hold; that is no failure. */
    void passOver(DSLContext dsl, String name, Duration wait) {
        Sql.send(dsl, """
                        UPDATE schedules SET not_before = clock_timestamp() + ? * interval '1 ms' WHERE name = ? AND set_aside_at IS NULL
                        """, wait.toMillis(), name);
    }

    Optional<Duration> untilNext(DSLContext dsl) {
        return Sql.fetch(
                        dsl,
                        """
                        SELECT ceil(extract(epoch FROM least(greatest(s.next_at, clock_timestamp()),
                                                             clock_timestamp() + interval '1 day')
                                                       - clock_timestamp()) * 1000)::bigint AS ms
                          FROM schedules s WHERE
                        """ + MAY_FIRE + "ORDER BY s.next_at LIMIT 1",
                        r -> Duration.ofMillis(Math.max(0, r.getLong("ms"))))
                .stream()
                .findFirst();
    }

    /** By how much the firing that has been due for longest is late. */
    Duration lateness(DSLContext dsl) {
        return Sql.fetch(dsl, """
                        SELECT extract(epoch FROM clock_timestamp() - min(greatest(s.next_at, 'epoch')))::bigint AS seconds
                          FROM schedules s WHERE s.next_at <= statement_timestamp() AND
                        """ + MAY_FIRE, r -> Duration.ofSeconds(Math.max(0, r.getLong("seconds"))))
                .getFirst();
    }

    /** Books a firing and what became of it, and waits for the next. */
    void moveOn(DSLContext dsl, Held held, FiringDecision decision, Optional<String> runId) {
        Sql.send(
                dsl,
                """
                        UPDATE schedules SET last_at = next_at, last_result = ?, last_run_id = coalesce(?, last_run_id),
                               next_at = ?::timestamptz, failures = 0, not_before = NULL, error = NULL,
                               dealt_at = clock_timestamp()
                         WHERE name = ?
                        """,
                decision.action().wire(),
                runId.orElse(null),
                timestamp(decision.next()),
                held.view().name());
    }

    void setLastRun(DSLContext dsl, String name, String runId) {
        Sql.send(dsl, "UPDATE schedules SET last_run_id = ? WHERE name = ?", runId, name);
    }

    private static java.time.@Nullable OffsetDateTime timestamp(Optional<Instant> at) {
        return at.map(instant -> instant.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    private static Held held(ResultSet r) throws SQLException {
        String whose = "schedule " + r.getString("name");
        String plan = r.getString("plan");
        String inputs = r.getString("inputs");
        String agents = r.getString("agents");
        Optional<Instant> ended = Optional.ofNullable(Sql.instant(r, "finished_at"));
        return new Held(
                view(r),
                Stored.reading(() -> Jsonb.readRequest(whose, plan, inputs, agents)),
                Sql.at(r, "now"),
                r.getBoolean("has_run") && ended.isEmpty(),
                ended);
    }

    private static Optional<Failing> failing(ResultSet r) throws SQLException {
        String error = r.getString("error");
        return error == null
                ? Optional.empty()
                : Optional.of(
                        new Failing(error, r.getInt("failures"), Optional.ofNullable(Sql.instant(r, "set_aside_at"))));
    }

    private static View view(ResultSet r) throws SQLException {
        return new View(
                r.getString("name"),
                r.getString("plan_name"),
                r.getString("cron"),
                r.getString("zone"),
                MissedPolicy.of(r.getString("missed")),
                OverlapPolicy.of(r.getString("overlap")),
                r.getBoolean("paused"),
                Optional.ofNullable(Sql.instant(r, "next_at")),
                Optional.ofNullable(Sql.instant(r, "last_at")),
                Optional.ofNullable(r.getString("last_result")),
                Optional.ofNullable(r.getString("last_run_id")),
                failing(r));
    }
}
