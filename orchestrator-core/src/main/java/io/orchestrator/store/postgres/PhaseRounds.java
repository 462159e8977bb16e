package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Statements on the rounds of phases, and on what people decide between them. */
final class PhaseRounds {
    /** A phase that somebody wants to decide about, its row locked. */
    record Held(
            String id,
            StageState state,
            Optional<StageState> ending,
            int round,
            String reason,
            Stored<Json> storedMiss,
            Optional<Json> decision) {
        /** @throws io.orchestrator.store.Unreadable when it is */
        Json miss() {
            return storedMiss.get();
        }
    }

    /** Reads the phase and holds its row until the transaction ends. */
    Optional<Held> lock(DSLContext dsl, String runId, String phase) {
        return Sql.fetch(dsl, """
                        SELECT id, state, ending, round, coalesce(reason, '') AS reason,
                               rubric_miss::text AS miss, decision::text AS decision
                          FROM phases WHERE run_id = ? AND name = ? FOR UPDATE
                        """, PhaseRounds::held, runId, phase).stream().findFirst();
    }

    private static Held held(ResultSet r) throws SQLException {
        String id = r.getString("id");
        String miss = r.getString("miss");
        return new Held(
                id,
                StageState.of(r.getString("state")),
                Optional.ofNullable(r.getString("ending")).map(StageState::of),
                r.getInt("round"),
                r.getString("reason"),
                Stored.reading(() -> Jsonb.readObject("what phase " + id + " missed", miss)),
                Optional.ofNullable(r.getString("decision")).map(text -> Jsonb.show("the decision about " + id, text)));
    }

    List<String> names(DSLContext dsl, String runId) {
        return Sql.fetch(
                dsl, "SELECT name FROM phases WHERE run_id = ? ORDER BY ordinal", r -> r.getString("name"), runId);
    }

    void hold(DSLContext dsl, String id, String reason, Json miss) {
        Sql.send(
                dsl,
                "UPDATE phases SET state = 'holding', reason = ?, rubric_miss = ?::jsonb WHERE id = ?",
                Jsonb.clean(reason),
                Jsonb.text(miss),
                id);
    }

    /** Begins the next round: what tells of tasks starts anew, what was used stays. */
    void repeat(DSLContext dsl, String id, Json miss) {
        Sql.send(dsl, """
                        UPDATE phases SET state = 'running', round = round + 1, rubric_miss = ?::jsonb, reason = NULL,
                               step = -1, total = 0, open = 0, completed = 0, failed = 0, failed_children = 0,
                               busy_ms = 0
                         WHERE id = ?
                        """, Jsonb.text(miss), id);
    }

    /** Keeps what the last round missed, for those who continue the run. */
    void miss(DSLContext dsl, String id, Json miss) {
        Sql.send(dsl, "UPDATE phases SET rubric_miss = ?::jsonb WHERE id = ?", Jsonb.text(miss), id);
    }

    void decided(DSLContext dsl, String id, Json decision) {
        Sql.send(dsl, "UPDATE phases SET decision = ?::jsonb WHERE id = ?", Jsonb.text(decision), id);
    }

    /** What the rounds of a phase that ended badly have missed; empty where it ended for another reason. */
    Optional<Json> missOfFailed(DSLContext dsl, String id) {
        return Sql.fetch(dsl, """
                        SELECT rubric_miss::text AS miss FROM phases p
                         WHERE id = ? AND state = 'failed' AND rubric_miss IS NOT NULL
                           AND NOT EXISTS (SELECT FROM tasks t WHERE t.phase_id = p.id AND t.round = p.round
                                              AND t.parent_id IS NULL AND t.outcome <> 'completed')
                        """, r -> Jsonb.readObject("what phase " + id + " missed", r.getString("miss")), id)
                .stream()
                .findFirst();
    }
}
