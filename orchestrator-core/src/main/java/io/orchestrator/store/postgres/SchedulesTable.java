package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.schedule.FiringDecision;
import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Schedules.Draft;
import io.orchestrator.store.Schedules.View;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Statements on schedules. */
final class SchedulesTable {
    private static final String VIEW =
            "SELECT name, plan ->> 'name' AS plan_name, cron, zone, missed, overlap, paused, next_at, last_at, last_result,"
                    + " last_run_id FROM schedules ";

    /** A firing with a queue waits for the run before it. */
    private static final String MAY_FIRE = """
             NOT s.paused AND s.next_at IS NOT NULL
             AND NOT (s.overlap = 'queue'
                      AND EXISTS (SELECT FROM runs r WHERE r.id = s.last_run_id AND r.finished_at IS NULL))
            """;

    /** A schedule whose row this transaction holds, and how its last run stands. */
    record Held(View view, RunRequest request, Instant now, boolean previousRuns, Optional<Instant> previousEnded) {}

    boolean insert(DSLContext dsl, Draft draft, Optional<Instant> nextAt) {
        RunRequest request = draft.request();
        return dsl.query(
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
                        .execute()
                == 1;
    }

    Instant now(DSLContext dsl) {
        return dsl.fetchSingle("SELECT clock_timestamp() AS at").get("at", Instant.class);
    }

    List<View> list(DSLContext dsl) {
        return dsl.fetch(VIEW + "ORDER BY name").map(SchedulesTable::view);
    }

    Optional<View> find(DSLContext dsl, String name) {
        return dsl.fetchOptional(VIEW + "WHERE name = ?", name).map(SchedulesTable::view);
    }

    boolean remove(DSLContext dsl, String name) {
        return dsl.query("DELETE FROM schedules WHERE name = ?", name).execute() == 1;
    }

    void setPaused(DSLContext dsl, String name, boolean paused, Optional<Instant> nextAt) {
        dsl.query(
                        "UPDATE schedules SET paused = ?, next_at = ?::timestamptz WHERE name = ?",
                        paused,
                        timestamp(nextAt),
                        name)
                .execute();
    }

    /** Holds a schedule's row until the transaction ends. */
    Optional<Held> hold(DSLContext dsl, String name) {
        return dsl.fetchOptional("""
                        SELECT s.*, s.plan ->> 'name' AS plan_name, clock_timestamp() AS now, r.id IS NOT NULL AS has_run,
                               r.finished_at
                          FROM schedules s LEFT JOIN runs r ON r.id = s.last_run_id
                         WHERE s.name = ? FOR UPDATE OF s
                        """, name).map(SchedulesTable::held);
    }

    /** Holds the row of the schedule that has been due for longest, passing over those that others hold. */
    Optional<Held> holdDue(DSLContext dsl) {
        return dsl.fetchOptional("SELECT s.name FROM schedules s WHERE" + MAY_FIRE + """
                         AND s.next_at <= clock_timestamp() ORDER BY s.next_at LIMIT 1 FOR UPDATE OF s SKIP LOCKED
                        """)
                .flatMap(r -> hold(dsl, r.get("name", String.class)));
    }

    Optional<Duration> untilNext(DSLContext dsl) {
        return dsl.fetchOptional("""
                        SELECT ceil(extract(epoch FROM s.next_at - clock_timestamp()) * 1000)::bigint AS ms FROM schedules s WHERE
                        """ + MAY_FIRE + "ORDER BY s.next_at LIMIT 1")
                .map(r -> Duration.ofMillis(Math.max(0, r.get("ms", Long.class))));
    }

    /** Books a firing and what became of it, and waits for the next. */
    void moveOn(DSLContext dsl, Held held, FiringDecision decision, Optional<String> runId) {
        dsl.query(
                        """
                        UPDATE schedules SET last_at = next_at, last_result = ?, last_run_id = coalesce(?, last_run_id),
                               next_at = ?::timestamptz
                         WHERE name = ?
                        """,
                        decision.action().wire(),
                        runId.orElse(null),
                        timestamp(decision.next()),
                        held.view().name())
                .execute();
    }

    void setLastRun(DSLContext dsl, String name, String runId) {
        dsl.query("UPDATE schedules SET last_run_id = ? WHERE name = ?", runId, name)
                .execute();
    }

    private static java.time.@Nullable OffsetDateTime timestamp(Optional<Instant> at) {
        return at.map(instant -> instant.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    private static Held held(Record r) {
        Json source = Json.parse(r.get("plan", String.class));
        Optional<Instant> ended = Optional.ofNullable(r.get("finished_at", Instant.class));
        return new Held(
                view(r),
                new RunRequest(
                        PlanReader.read(source),
                        source,
                        Json.parse(r.get("inputs", String.class)),
                        Json.parse(r.get("agents", String.class)),
                        Optional.empty()),
                r.get("now", Instant.class),
                r.get("has_run", Boolean.class) && ended.isEmpty(),
                ended);
    }

    private static View view(Record r) {
        return new View(
                r.get("name", String.class),
                r.get("plan_name", String.class),
                r.get("cron", String.class),
                r.get("zone", String.class),
                MissedPolicy.of(r.get("missed", String.class)),
                OverlapPolicy.of(r.get("overlap", String.class)),
                r.get("paused", Boolean.class),
                Optional.ofNullable(r.get("next_at", Instant.class)),
                Optional.ofNullable(r.get("last_at", Instant.class)),
                Optional.ofNullable(r.get("last_result", String.class)),
                Optional.ofNullable(r.get("last_run_id", String.class)));
    }
}
