package io.orchestrator.store.postgres;

import io.orchestrator.plan.PhasePlan;
import io.orchestrator.run.PhaseDelay;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Statements on phases that do not start at once, or not at all because their work was done in another run. */
final class PhaseWaiting {
    /** A phase that was taken over, and the phase that did its work. */
    record Taken(String id, String name, String originRunId, String originPhaseId) {}

    static PhaseDelay delay(PhasePlan plan, @Nullable String state) {
        if (plan.delay().isEmpty()) {
            return PhaseDelay.NONE;
        }
        if (state == null) {
            return PhaseDelay.AHEAD;
        }
        return state.equals("over") ? PhaseDelay.OVER : PhaseDelay.RUNNING;
    }

    /** Lets the delay of a phase begin, with the timer that ends it. */
    void beginDelay(DSLContext dsl, String runId, String phaseId, Duration delay) {
        Sql.send(dsl, "UPDATE phases SET delay_state = 'running' WHERE id = ?", phaseId);
        Sql.send(dsl, """
                INSERT INTO timers (kind, run_id, phase_id, fire_at)
                VALUES ('phase_start', ?, ?, clock_timestamp() + ? * interval '1 ms')
                """, runId, phaseId, delay.toMillis());
    }

    void endDelays(DSLContext dsl, Collection<String> phaseIds) {
        Sql.send(dsl, """
                WITH waiting AS MATERIALIZED (
                    SELECT id FROM phases WHERE id = ANY (?::text[]) AND state = 'pending' ORDER BY id FOR UPDATE
                )
                UPDATE phases p SET delay_state = 'over' FROM waiting w WHERE p.id = ANY (ARRAY[w.id])
                """, (Object) phaseIds.toArray(String[]::new));
    }

    /** The timer of a run that starts later. */
    void scheduleStart(DSLContext dsl, String runId) {
        Sql.send(
                dsl,
                "INSERT INTO timers (kind, run_id, fire_at) SELECT 'run_start', id, start_at FROM runs WHERE id = ?",
                runId);
    }

    /** Ends phases as completed, each by the work that the phase of its name has done in another run. */
    List<Taken> takeOver(DSLContext dsl, String runId, String fromRunId, Collection<String> names) {
        record Placed(int ordinal, Taken taken) {}
        return Sql.fetch(
                        dsl,
                        """
                        UPDATE phases p
                           SET state = 'completed', finished_at = clock_timestamp(),
                               origin_phase_id = coalesce(o.origin_phase_id, o.id),
                               origin_run_id = coalesce(o.origin_run_id, o.run_id)
                          FROM phases o
                         WHERE p.run_id = ? AND o.run_id = ? AND o.name = p.name AND p.name = ANY (?::text[])
                           AND o.state = 'completed'
                        RETURNING p.id, p.name, p.ordinal, p.origin_run_id, p.origin_phase_id
                        """,
                        r -> new Placed(
                                r.getInt("ordinal"),
                                new Taken(
                                        r.getString("id"),
                                        r.getString("name"),
                                        r.getString("origin_run_id"),
                                        r.getString("origin_phase_id"))),
                        runId,
                        fromRunId,
                        names.toArray(String[]::new))
                .stream()
                .sorted(Comparator.comparingInt(Placed::ordinal))
                .map(Placed::taken)
                .toList();
    }
}
