package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.Timeboxes;
import io.orchestrator.store.TimerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Statements on timers. */
final class TimersTable {
    /** A timer that this transaction fired. */
    record Fired(
            long id,
            String kind,
            @Nullable String runId,
            @Nullable String phaseId,
            @Nullable String taskId,
            @Nullable Long expectEpoch,
            long latenessMs) {}

    void scheduleRetries(DSLContext dsl, List<LiveTask> tasks, List<Long> delaysMs) {
        dsl.query(
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
                        delaysMs.toArray(Long[]::new))
                .execute();
    }

    /** The timers of a timebox: a notice when nine tenths of it have passed, and the end. */
    void scheduleTimebox(DSLContext dsl, String scope, String runId, @Nullable String phaseId, Duration timebox) {
        dsl.query(
                        """
                        INSERT INTO timers (kind, run_id, phase_id, fire_at)
                        VALUES (? || '_wrap_up', ?, ?, clock_timestamp() + ? * interval '1 ms'),
                               (? || '_timeout', ?, ?, clock_timestamp() + ? * interval '1 ms')
                        """,
                        scope,
                        runId,
                        phaseId,
                        Timeboxes.wrapUpAfter(timebox).toMillis(),
                        scope,
                        runId,
                        phaseId,
                        timebox.toMillis())
                .execute();
    }

    void scheduleTaskTimeouts(
            DSLContext dsl, String runId, String phaseId, List<String> taskIds, List<Long> timeboxesMs) {
        dsl.query("""
                        INSERT INTO timers (kind, run_id, phase_id, task_id, fire_at)
                        SELECT 'task_timeout', ?, ?, t.task_id, clock_timestamp() + t.ms * interval '1 ms'
                          FROM unnest(?::text[], ?::bigint[]) AS t(task_id, ms)
                        """, runId, phaseId, taskIds.toArray(String[]::new), timeboxesMs.toArray(Long[]::new))
                .execute();
    }

    long scheduleCustom(DSLContext dsl, String action, Json payload, Duration delay) {
        return dsl.fetchSingle("""
                        INSERT INTO timers (kind, action, payload, fire_at)
                        VALUES ('custom', ?, ?::jsonb, clock_timestamp() + ? * interval '1 ms') RETURNING id
                        """, action, Jsonb.text(payload), delay.toMillis())
                .get("id", Long.class);
    }

    /** The due ones that nobody else is firing; materialized, or the plan could fire more than {@code max}. */
    List<Fired> fireDue(DSLContext dsl, int max) {
        return dsl.fetch("""
                        WITH due AS MATERIALIZED (
                            SELECT id FROM timers
                             WHERE state = 'pending' AND fire_at <= clock_timestamp() AND kind <> 'custom'
                             ORDER BY fire_at LIMIT ? FOR UPDATE SKIP LOCKED
                        )
                        UPDATE timers t SET state = 'fired', fired_at = clock_timestamp() FROM due WHERE t.id = due.id
                        RETURNING t.id, t.kind, t.run_id, t.phase_id, t.task_id, t.expect_epoch,
                                  (extract(epoch FROM t.fired_at - t.fire_at) * 1000)::bigint AS lateness_ms
                        """, max)
                .map(r -> new Fired(
                        r.get("id", Long.class),
                        r.get("kind", String.class),
                        r.get("run_id", String.class),
                        r.get("phase_id", String.class),
                        r.get("task_id", String.class),
                        r.get("expect_epoch", Long.class),
                        r.get("lateness_ms", Long.class)));
    }

    List<TimerStore.CustomTimer> fireCustom(DSLContext dsl, Collection<String> actions, int max) {
        return dsl.fetch("""
                        WITH due AS MATERIALIZED (
                            SELECT id FROM timers
                             WHERE state = 'pending' AND fire_at <= clock_timestamp() AND kind = 'custom'
                               AND action = ANY (?::text[])
                             ORDER BY fire_at LIMIT ? FOR UPDATE SKIP LOCKED
                        )
                        UPDATE timers t SET state = 'fired', fired_at = clock_timestamp() FROM due WHERE t.id = due.id
                        RETURNING t.id, t.action, t.payload::text AS payload
                        """, actions.toArray(String[]::new), max)
                .map(r -> new TimerStore.CustomTimer(
                        r.get("id", Long.class),
                        r.get("action", String.class),
                        Jsonb.parseObject(r.get("payload", String.class))));
    }

    Optional<Duration> untilNext(DSLContext dsl) {
        return dsl.fetchOptional("""
                        SELECT ceil(extract(epoch FROM fire_at - clock_timestamp()) * 1000)::bigint AS ms
                          FROM timers WHERE state = 'pending' ORDER BY fire_at LIMIT 1
                        """).map(r -> Duration.ofMillis(Math.max(0, r.get("ms", Long.class))));
    }

    int cancelOfTasks(DSLContext dsl, List<String> taskIds) {
        return dsl.query("""
                        UPDATE timers SET state = 'cancelled', fired_at = clock_timestamp()
                         WHERE task_id = ANY (?::text[]) AND task_id IS NOT NULL AND state = 'pending'
                        """, (Object) taskIds.toArray(String[]::new)).execute();
    }

    void cancelOfPhase(DSLContext dsl, String phaseId) {
        dsl.query("""
                        UPDATE timers SET state = 'cancelled', fired_at = clock_timestamp()
                         WHERE phase_id = ? AND task_id IS NULL AND state = 'pending'
                        """, phaseId).execute();
    }

    void cancelOfRun(DSLContext dsl, String runId) {
        dsl.query("""
                        UPDATE timers SET state = 'cancelled', fired_at = clock_timestamp()
                         WHERE run_id = ? AND phase_id IS NULL AND state = 'pending'
                        """, runId).execute();
    }

    boolean cancel(DSLContext dsl, long id) {
        return dsl.query(
                                "UPDATE timers SET state = 'cancelled', fired_at = clock_timestamp() WHERE id = ? AND state = 'pending'",
                                id)
                        .execute()
                == 1;
    }

    TimerStore.Stats stats(DSLContext dsl) {
        var row =
                dsl.fetchSingle("SELECT count(*) AS pending, min(fire_at) AS next FROM timers WHERE state = 'pending'");
        return new TimerStore.Stats(
                row.get("pending", Long.class), Optional.ofNullable(row.get("next", Instant.class)));
    }
}
