package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.TIMERS;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.val;

import io.orchestrator.json.Json;
import io.orchestrator.run.Timeboxes;
import io.orchestrator.store.TimerStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jspecify.annotations.Nullable;

/** Statements on timers. */
final class TimersTable {
    /** A literal, not a bound value: a plan for any state could not use the indexes on pending timers. */
    private static final Condition IS_PENDING = TIMERS.STATE.eq(inline("pending"));

    private static final String CANCEL =
            "UPDATE timers SET state = 'cancelled', fired_at = clock_timestamp() WHERE state = 'pending' AND ";

    /** A row {@code t} of timers has not failed, or its next try is due. */
    private static final String IS_TRIED =
            " t.set_aside_at IS NULL AND (t.not_before IS NULL OR t.not_before <= clock_timestamp()) ";

    /** A row {@code t} of timers is one of the engine's own, and due. */
    private static final String OUR_DUE =
            " t.state = 'pending' AND t.fire_at <= statement_timestamp() AND t.kind <> 'custom' AND" + IS_TRIED + "AND"
                    + PausedClocks.TICKS;

    private static final String FIRE = """
            UPDATE timers t SET state = 'fired', fired_at = clock_timestamp()
             WHERE t.id = ANY (ARRAY(SELECT id FROM due))
            RETURNING t.id, t.kind, t.run_id, t.phase_id, t.task_id, t.expect_epoch,
                      CASE WHEN isfinite(t.fire_at) THEN (extract(epoch FROM t.fired_at - t.fire_at) * 1000)::bigint ELSE 0 END
                      AS lateness_ms
            """;

    /** A custom timer that this transaction fired. */
    record FiredCustom(long id, String action, Stored<Json> payload) {}

    /** A timer that this transaction fired. */
    record Fired(
            long id,
            String kind,
            @Nullable String runId,
            @Nullable String phaseId,
            @Nullable String taskId,
            @Nullable Long expectEpoch,
            long latenessMs) {}

    /** A timer that has neither fired nor been cancelled. */
    record Pending(
            long id,
            String kind,
            @Nullable String runId,
            @Nullable String phaseId,
            @Nullable String taskId,
            @Nullable Long expectEpoch) {}

    void scheduleRetries(DSLContext dsl, List<LiveTask> tasks, List<Long> delaysMs) {
        Sql.send(
                dsl,
                """
                        INSERT INTO timers (kind, run_id, phase_id, task_id, expect_epoch, fire_at)
                        SELECT 'retry', t.run_id, t.phase_id, t.task_id, t.epoch, clock_timestamp() + t.delay_ms * interval '1 ms'
                          FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[])
                               AS t(run_id, phase_id, task_id, epoch, delay_ms)
                        """,
                tasks.stream().map(LiveTask::runId).toArray(String[]::new),
                tasks.stream().map(LiveTask::phaseId).toArray(String[]::new),
                tasks.stream().map(LiveTask::taskId).toArray(String[]::new),
                tasks.stream().map(LiveTask::epoch).toArray(Long[]::new),
                delaysMs.toArray(Long[]::new));
    }

    /** The timers of a timebox: a notice when nine tenths of it have passed, and the end. */
    void scheduleTimebox(DSLContext dsl, String scope, String runId, @Nullable String phaseId, Duration timebox) {
        Duration notice = Timeboxes.wrapUpAfter(timebox);
        dsl.insertInto(TIMERS, TIMERS.KIND, TIMERS.RUN_ID, TIMERS.PHASE_ID, TIMERS.FIRE_AT)
                .values(
                        val(scope + "_wrap_up"),
                        val(runId, TIMERS.RUN_ID),
                        val(phaseId, TIMERS.PHASE_ID),
                        DatabaseClock.in(notice))
                .values(
                        val(scope + "_timeout"),
                        val(runId, TIMERS.RUN_ID),
                        val(phaseId, TIMERS.PHASE_ID),
                        DatabaseClock.in(timebox))
                .execute();
    }

    void scheduleTaskTimeouts(
            DSLContext dsl, String runId, String phaseId, List<String> taskIds, List<Long> timeboxesMs) {
        Sql.send(dsl, """
                        INSERT INTO timers (kind, run_id, phase_id, task_id, fire_at)
                        SELECT 'task_timeout', ?, ?, t.task_id, clock_timestamp() + t.ms * interval '1 ms'
                          FROM unnest(?::text[], ?::bigint[]) AS t(task_id, ms)
                        """, runId, phaseId, taskIds.toArray(String[]::new), timeboxesMs.toArray(Long[]::new));
    }

    long newestOfTask(DSLContext dsl, String taskId) {
        return Sql.fetch(
                        dsl,
                        "SELECT max(id) AS id FROM timers WHERE task_id = ? AND state = 'pending'",
                        r -> r.getLong("id"),
                        taskId)
                .getFirst();
    }

    long newestOfPhase(DSLContext dsl, String phaseId) {
        return Sql.fetch(
                        dsl,
                        "SELECT max(id) AS id FROM timers WHERE phase_id = ? AND task_id IS NULL AND state = 'pending'",
                        r -> r.getLong("id"),
                        phaseId)
                .getFirst();
    }

    long scheduleCustom(DSLContext dsl, String action, Json payload, Duration delay) {
        return dsl.insertInto(TIMERS)
                .set(TIMERS.KIND, "custom")
                .set(TIMERS.ACTION, action)
                .set(TIMERS.PAYLOAD, Jsonb.column("the payload of the timer", payload))
                .set(TIMERS.FIRE_AT, DatabaseClock.in(delay))
                .returningResult(TIMERS.ID)
                .fetchSingle(Record1::value1);
    }

    /** The due ones that nobody else is firing; materialized, or the plan could fire more than {@code max}. */
    List<Fired> fireDue(DSLContext dsl, int max) {
        return Sql.fetch(dsl, """
                        WITH due AS MATERIALIZED (
                            SELECT t.id FROM timers t WHERE""" + OUR_DUE + """
                             ORDER BY t.fire_at LIMIT ? FOR UPDATE OF t SKIP LOCKED
                        )
                        """ + FIRE, TimersTable::fired, max);
    }

    /** As {@link #fireDue}, this one alone. */
    List<Fired> fireDue(DSLContext dsl, long id) {
        return Sql.fetch(dsl, """
                        WITH due AS MATERIALIZED (
                            SELECT t.id FROM timers t WHERE t.id = ? AND""" + OUR_DUE + """
                               FOR UPDATE OF t SKIP LOCKED
                        )
                        """ + FIRE, TimersTable::fired, id);
    }

    /** Which ones {@link #fireDue} would fire. */
    List<Long> due(DSLContext dsl, int max) {
        return Sql.fetch(
                dsl,
                "SELECT t.id FROM timers t WHERE" + OUR_DUE + "ORDER BY t.fire_at LIMIT ?",
                r -> r.getLong("id"),
                max);
    }

    private static Fired fired(ResultSet r) throws SQLException {
        return new Fired(
                r.getLong("id"),
                r.getString("kind"),
                r.getString("run_id"),
                r.getString("phase_id"),
                r.getString("task_id"),
                r.getObject("expect_epoch", Long.class),
                r.getLong("lateness_ms"));
    }

    /** Marks the custom timer that has been due for longest as fired. */
    Optional<FiredCustom> fireCustom(DSLContext dsl, Collection<String> actions) {
        return Sql.fetch(dsl, """
                        WITH due AS MATERIALIZED (
                            SELECT t.id FROM timers t
                             WHERE t.state = 'pending' AND t.fire_at <= statement_timestamp() AND t.kind = 'custom'
                               AND t.action = ANY (?::text[]) AND""" + IS_TRIED + """
                             ORDER BY t.fire_at LIMIT 1 FOR UPDATE SKIP LOCKED
                        )
                        UPDATE timers t SET state = 'fired', fired_at = clock_timestamp()
                         WHERE t.id = ANY (ARRAY(SELECT id FROM due))
                        RETURNING t.id, t.action, t.payload::text AS payload
                        """, TimersTable::firedCustom, (Object) actions.toArray(String[]::new))
                .stream()
                .findFirst();
    }

    private static FiredCustom firedCustom(ResultSet r) throws SQLException {
        long id = r.getLong("id");
        String payload = r.getString("payload");
        return new FiredCustom(
                id,
                r.getString("action"),
                Stored.reading(
                        () -> payload == null ? Json.EMPTY_OBJECT : Jsonb.read("the payload of timer " + id, payload)));
    }

    /** How often a pending timer has failed in a row, once this failure is counted. */
    int fail(DSLContext dsl, long id, String error) {
        return Sql.fetch(
                        dsl,
                        "UPDATE timers SET failures = failures + 1, error = ? WHERE id = ? AND state = 'pending' RETURNING failures",
                        r -> r.getInt("failures"),
                        error,
                        id)
                .stream()
                .findFirst()
                .orElse(0);
    }

    /** Puts a timer that failed off, or where there is no time to wait sets it aside. */
    void putOff(DSLContext dsl, long id, Optional<Duration> wait) {
        Sql.send(
                dsl,
                """
                        UPDATE timers SET not_before = clock_timestamp() + ?::bigint * interval '1 ms',
                               set_aside_at = CASE WHEN ?::bigint IS NULL THEN clock_timestamp() END
                         WHERE id = ? AND state = 'pending'
                        """,
                wait.map(Duration::toMillis).orElse(null),
                wait.map(Duration::toMillis).orElse(null),
                id);
    }

    /** Leaves a timer alone for a while whose effect meets rows that others hold; that is no failure. */
    void passOver(DSLContext dsl, long id, Duration wait) {
        Sql.send(dsl, """
                        UPDATE timers SET not_before = clock_timestamp() + ? * interval '1 ms'
                         WHERE id = ? AND state = 'pending' AND set_aside_at IS NULL
                        """, wait.toMillis(), id);
    }

    /** Forgets how often a pending timer has failed; whether there is one. */
    boolean resume(DSLContext dsl, long id) {
        return Sql.execute(dsl, """
                        UPDATE timers SET failures = 0, not_before = NULL, error = NULL, set_aside_at = NULL
                         WHERE id = ? AND state = 'pending'
                        """, id) == 1;
    }

    /** Instants that nobody reaches are as far away as any other that is not near. */
    Optional<Duration> untilNext(DSLContext dsl, Collection<String> actions) {
        return Sql.fetch(
                        dsl,
                        """
                        SELECT ceil(extract(epoch FROM least(greatest(t.fire_at, clock_timestamp()),
                                                             clock_timestamp() + interval '1 day')
                                                       - clock_timestamp()) * 1000)::bigint AS ms
                          FROM timers t
                         WHERE t.state = 'pending' AND (t.kind <> 'custom' OR t.action = ANY (?::text[]))
                           AND""" + IS_TRIED + "AND" + PausedClocks.TICKS + "ORDER BY t.fire_at LIMIT 1",
                        r -> Duration.ofMillis(Math.max(0, r.getLong("ms"))),
                        (Object) actions.toArray(String[]::new))
                .stream()
                .findFirst();
    }

    int cancelOfTasks(DSLContext dsl, List<String> taskIds) {
        return Sql.execute(dsl, CANCEL + "task_id = ANY (?::text[]) AND task_id IS NOT NULL", (Object)
                taskIds.toArray(String[]::new));
    }

    void cancelOfPhase(DSLContext dsl, String phaseId) {
        Sql.send(dsl, CANCEL + "phase_id = ? AND task_id IS NULL", phaseId);
    }

    void cancelOfRun(DSLContext dsl, String runId) {
        Sql.send(dsl, CANCEL + "run_id = ? AND phase_id IS NULL", runId);
    }

    /** A timer that may still be cancelled. */
    Optional<Pending> pending(DSLContext dsl, long id) {
        return Sql.fetch(
                        dsl,
                        "SELECT id, kind, run_id, phase_id, task_id, expect_epoch FROM timers WHERE id = ? AND state = 'pending'",
                        r -> new Pending(
                                r.getLong("id"),
                                r.getString("kind"),
                                r.getString("run_id"),
                                r.getString("phase_id"),
                                r.getString("task_id"),
                                r.getObject("expect_epoch", Long.class)),
                        id)
                .stream()
                .findFirst();
    }

    /** Waits for whoever is firing it; false when it is not pending any more. */
    boolean cancel(DSLContext dsl, long id) {
        return Sql.execute(dsl, CANCEL + "id = ?", id) == 1;
    }

    TimerStore.Stats stats(DSLContext dsl) {
        return dsl.select(count(), Shown.column(min(TIMERS.FIRE_AT)))
                .from(TIMERS)
                .where(IS_PENDING)
                .fetchSingle(r -> new TimerStore.Stats(
                        r.value1(), Optional.ofNullable(r.value2()).map(OffsetDateTime::toInstant)));
    }
}
