package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.StageState;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.postgres.Contradictions.Contradiction;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a run whatever its rows say: for one whose counters do not add up any more, or whose rows contradict each other, so
 * that its tasks cannot end one after the other. Nothing of it is reckoned, what tasks have used is kept where it stands, and
 * the event says how the run ended.
 */
final class ForcedEnding {
    private static final Logger LOG = LoggerFactory.getLogger(ForcedEnding.class);

    private final Database database;
    private final Tables tables;
    private final Contradictions contradictions = new Contradictions();

    ForcedEnding(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    void cancel(String runId, String reason, RuntimeException because) {
        database.housekeeping(dsl -> {
            end(dsl, runId, StageState.CANCELLED, reason, String.valueOf(because.getMessage()));
            return runId;
        });
    }

    /** Runs that will not end by themselves, because their rows contradict each other. */
    List<String> contradictory(int max) {
        return database.housekeeping(dsl -> contradictions.all(dsl, max)).stream()
                .map(Contradiction::runId)
                .toList();
    }

    /** Ends the run if its rows contradict each other now: as it was to end, or else as failed. */
    void endContradictory(String runId) {
        database.housekeeping(dsl -> {
            hold(dsl, runId);
            contradictions.of(dsl, runId).ifPresent(found -> end(dsl, found));
            return runId;
        });
    }

    /** Whoever changes what is compared has ended, or waits for this transaction. */
    private static void hold(DSLContext dsl, String runId) {
        Sql.send(dsl, "SELECT task_id FROM live_tasks WHERE run_id = ? ORDER BY task_id FOR UPDATE", runId);
        Sql.send(dsl, "SELECT id FROM phases WHERE run_id = ? ORDER BY id FOR UPDATE", runId);
    }

    private void end(DSLContext dsl, Contradiction found) {
        String reason = "its rows contradict each other: " + found.what();
        LOG.error("run {} cannot go on and is ended: {}", found.runId(), reason);
        Optional<RunsTable.Locked> run =
                tables.runs.lock(dsl, found.runId()).filter(r -> !r.state().isFinal());
        if (run.isEmpty()) {
            endTasks(dsl, found.runId(), reason);
            return;
        }
        tables.runs.decide(dsl, found.runId(), StageState.FAILED, reason);
        end(dsl, found.runId(), run.get().ending().orElse(StageState.FAILED), reason, found.what());
    }

    private void end(DSLContext dsl, String runId, StageState state, String reason, String because) {
        endTasks(dsl, runId, reason);
        Sql.send(dsl, """
                UPDATE phases SET state = 'cancelled', ending = 'cancelled', reason = coalesce(reason, ?), open = 0,
                       total = greatest(total, completed + failed + failed_children), finished_at = clock_timestamp()
                 WHERE run_id = ? AND finished_at IS NULL
                """, reason, runId);
        Sql.send(dsl, """
                UPDATE timers SET state = 'cancelled', fired_at = clock_timestamp()
                 WHERE run_id = ? AND state = 'pending'
                """, runId);
        tables.runs.finish(dsl, runId, state);
        tables.gates.remove(dsl, Gate.ofRun(runId));
        EventLog log = tables.newLog();
        log.add(Event.ofRun(runId, EventKind.ofRunEnd(state), Json.object("forced", because)));
        log.write(dsl);
    }

    private static void endTasks(DSLContext dsl, String runId, String reason) {
        Sql.send(dsl, """
                WITH gone AS (
                    DELETE FROM live_tasks WHERE run_id = ?
                    RETURNING task_id, epoch, attempt, worker_id, tokens, cost_usd, tool_ms
                )
                UPDATE tasks t
                   SET outcome = 'cancelled', attempt = coalesce(g.attempt, 1),
                       -- Of a lost row nobody knows the epoch; what comes after it has to be beyond.
                       epoch = coalesce(g.epoch + (g.epoch < 9223372036854775807)::int, (extract(epoch FROM clock_timestamp()) * 1000)::bigint),
                       worker_id = g.worker_id, error = ?, tokens = coalesce(g.tokens, 0), cost_usd = coalesce(g.cost_usd, 0),
                       tool_ms = coalesce(g.tool_ms, 0), finished_at = clock_timestamp()
                  FROM tasks x LEFT JOIN gone g ON g.task_id = x.id
                 WHERE x.run_id = ? AND t.id = x.id AND t.outcome IS NULL
                """, runId, reason, runId);
    }
}
