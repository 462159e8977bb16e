package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Statements on the rounds of phases, and on what people decide between them. */
final class PhaseRounds {
    /** A phase that somebody wants to decide about, its row locked. */
    record Held(
            String id,
            StageState state,
            Optional<StageState> ending,
            int round,
            String reason,
            Json miss,
            Optional<Json> decision) {}

    /** Reads the phase and holds its row until the transaction ends. */
    Optional<Held> lock(DSLContext dsl, String runId, String phase) {
        return dsl.fetchOptional("""
                        SELECT id, state, ending, round, coalesce(reason, '') AS reason,
                               rubric_miss::text AS miss, decision::text AS decision
                          FROM phases WHERE run_id = ? AND name = ? FOR UPDATE
                        """, runId, phase).map(PhaseRounds::held);
    }

    private static Held held(Record r) {
        return new Held(
                r.get("id", String.class),
                StageState.of(r.get("state", String.class)),
                Optional.ofNullable(r.get("ending", String.class)).map(StageState::of),
                r.get("round", Integer.class),
                r.get("reason", String.class),
                Jsonb.parseObject(r.get("miss", String.class)),
                Optional.ofNullable(r.get("decision", String.class)).map(Json::parse));
    }

    List<String> names(DSLContext dsl, String runId) {
        return dsl.fetch("SELECT name FROM phases WHERE run_id = ? ORDER BY ordinal", runId)
                .map(r -> r.get("name", String.class));
    }

    void hold(DSLContext dsl, String id, String reason, Json miss) {
        dsl.query(
                        "UPDATE phases SET state = 'holding', reason = ?, rubric_miss = ?::jsonb WHERE id = ?",
                        reason,
                        Jsonb.text(miss),
                        id)
                .execute();
    }

    /** Begins the next round: what tells of tasks starts anew, what was used stays. */
    void repeat(DSLContext dsl, String id, Json miss) {
        dsl.query("""
                        UPDATE phases SET state = 'running', round = round + 1, rubric_miss = ?::jsonb, reason = NULL,
                               step = -1, total = 0, open = 0, completed = 0, failed = 0, failed_children = 0,
                               busy_ms = 0
                         WHERE id = ?
                        """, Jsonb.text(miss), id).execute();
    }

    /** Keeps what the last round missed, for those who continue the run. */
    void miss(DSLContext dsl, String id, Json miss) {
        dsl.query("UPDATE phases SET rubric_miss = ?::jsonb WHERE id = ?", Jsonb.text(miss), id)
                .execute();
    }

    void decided(DSLContext dsl, String id, Json decision) {
        dsl.query("UPDATE phases SET decision = ?::jsonb WHERE id = ?", Jsonb.text(decision), id)
                .execute();
    }

    /** What the rounds of a phase that ended badly have missed; empty where it ended for another reason. */
    Optional<Json> missOfFailed(DSLContext dsl, String id) {
        return dsl.fetchOptional("""
                        SELECT rubric_miss::text AS miss FROM phases p
                         WHERE id = ? AND state = 'failed' AND rubric_miss IS NOT NULL
                           AND NOT EXISTS (SELECT FROM tasks t WHERE t.phase_id = p.id AND t.round = p.round
                                              AND t.parent_id IS NULL AND t.outcome <> 'completed')
                        """, id).map(r -> Json.parse(r.get("miss", String.class)));
    }
}
