package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.RUNS;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStart;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Records;
import org.jspecify.annotations.Nullable;

/** Statements on runs. */
final class RunsTable {
    private static final String INSERT = """
            INSERT INTO runs (id, name, key, request_hash, plan, inputs, agents, lane, event_seq, state, started_at, deadline, start_at)
            SELECT ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?,
                   CASE WHEN w.later THEN 'pending' ELSE 'running' END,
                   CASE WHEN w.later THEN NULL ELSE clock_timestamp() END,
                   CASE WHEN w.later THEN NULL ELSE clock_timestamp() + ?::bigint * interval '1 ms' END,
                   CASE WHEN w.later THEN w.at END
              FROM (SELECT s.at, coalesce(s.at > clock_timestamp(), false) AS later
                      FROM (SELECT coalesce(?::timestamptz, clock_timestamp() + ?::bigint * interval '1 ms') AS at) s) w
            ON CONFLICT (key) DO NOTHING
            RETURNING state
            """;

    private static final String AFTER_ALL_IDS = "~";

    /** A run as a transaction needs it, its row locked. */
    record Locked(
            String id,
            StageState state,
            Optional<StageState> ending,
            int lane,
            Stored<Json> storedInputs,
            Stored<Plan> storedPlan,
            Optional<Long> deadlineEpochMs) {
        /** As submitted. @throws io.orchestrator.store.Unreadable when they are */
        Json inputs() {
            return storedInputs.get();
        }

        /** As submitted. @throws io.orchestrator.store.Unreadable when it is */
        Plan plan() {
            return storedPlan.get();
        }
    }

    record Known(String id, String requestHash) {}

    /** Inserts the run unless its key is taken; how it begins, or empty if so. */
    Optional<StageState> insert(DSLContext dsl, String id, String requestHash, RunRequest request) {
        return Sql.fetch(dsl, INSERT, r -> StageState.of(r.getString("state")), values(id, requestHash, request, 0))
                .stream()
                .findFirst();
    }

    /** Inserts a run without a key that starts now, with the number of its last event. */
    void insertStarted(DSLContext dsl, String id, String requestHash, RunRequest request, int events) {
        Sql.send(dsl, INSERT, values(id, requestHash, request, events));
    }

    private static @Nullable Object[] values(String id, String requestHash, RunRequest request, int events) {
        Plan plan = request.plan();
        return new @Nullable Object[] {
            id,
            plan.name(),
            request.key().orElse(null),
            requestHash,
            Jsonb.text(request.source()),
            Jsonb.text(plan.inputs().overlaidBy(request.inputs())),
            Jsonb.text(request.agents()),
            plan.priority().lane(),
            (long) events,
            plan.timebox().map(t -> t.toMillis()).orElse(null),
            request.start() instanceof RunStart.At(Instant at) ? at.atOffset(ZoneOffset.UTC) : null,
            request.start() instanceof RunStart.In(Duration delay) ? delay.toMillis() : null
        };
    }

    /** Starts a run whose instant has come; false when it has started or is ending. */
    boolean start(DSLContext dsl, String id, Optional<Duration> timebox) {
        return Sql.execute(dsl, """
                        UPDATE runs SET state = 'running', started_at = clock_timestamp(),
                               deadline = clock_timestamp() + ?::bigint * interval '1 ms'
                         WHERE id = ? AND state = 'pending' AND ending IS NULL
                        """, timebox.map(Duration::toMillis).orElse(null), id) == 1;
    }

    /** What the run was made from. */
    Optional<RunRequest> request(DSLContext dsl, String id) {
        return dsl.select(RUNS.PLAN, RUNS.INPUTS, RUNS.AGENTS)
                .from(RUNS)
                .where(RUNS.ID.eq(id))
                .fetchOptional(r -> Jsonb.readRequest(
                        "run " + id, Jsonb.text(r.value1()), Jsonb.text(r.value2()), Jsonb.text(r.value3())));
    }

    Optional<Known> byKey(DSLContext dsl, String key) {
        return dsl.select(RUNS.ID, RUNS.REQUEST_HASH)
                .from(RUNS)
                .where(RUNS.KEY.eq(key))
                .fetchOptional(Records.mapping(Known::new));
    }

    /** The last events of runs that are unfinished, or were accepted after another. */
    Map<String, Long> heads(DSLContext dsl, String afterRunId, int max) {
        Map<String, Long> heads = new LinkedHashMap<>();
        Sql.fetch(
                        dsl,
                        """
                        SELECT id, event_seq FROM (
                               SELECT id, event_seq FROM runs WHERE finished_at IS NULL
                                UNION SELECT id, event_seq FROM runs WHERE id > ?) r
                         ORDER BY id LIMIT ?
                        """,
                        r -> Map.entry(r.getString("id"), r.getLong("event_seq")),
                        afterRunId.isEmpty() ? AFTER_ALL_IDS : afterRunId,
                        max)
                .forEach(head -> heads.put(head.getKey(), head.getValue()));
        return heads;
    }

    /** Reads the run and holds its row until the transaction ends. */
    Optional<Locked> lock(DSLContext dsl, String id) {
        return Sql.fetch(dsl, """
                        SELECT id, state, ending, lane, inputs::text AS inputs, plan::text AS plan,
                               CASE WHEN isfinite(deadline) THEN (extract(epoch FROM deadline) * 1000)::bigint END AS deadline_ms
                          FROM runs WHERE id = ? FOR UPDATE
                        """, RunsTable::locked, id).stream().findFirst();
    }

    /** Holds the rows of several runs, in the order of their ids. */
    void lockAll(DSLContext dsl, Collection<String> ids) {
        Sql.send(dsl, "SELECT id FROM runs WHERE id = ANY (?::text[]) ORDER BY id FOR UPDATE", (Object)
                ids.toArray(String[]::new));
    }

    private static Locked locked(ResultSet r) throws SQLException {
        String id = r.getString("id");
        String inputs = r.getString("inputs");
        String plan = r.getString("plan");
        return new Locked(
                id,
                StageState.of(r.getString("state")),
                Optional.ofNullable(r.getString("ending")).map(StageState::of),
                r.getInt("lane"),
                Stored.reading(() -> Jsonb.readObject("the inputs of run " + id, inputs)),
                Stored.reading(() -> Jsonb.readPlan("the plan of run " + id, plan)),
                Optional.ofNullable(r.getObject("deadline_ms", Long.class)));
    }

    /** Decides how an unfinished run ends, unless that is decided already; true if this decided it. */
    boolean decide(DSLContext dsl, String id, StageState ending, String reason) {
        return end(dsl, id, ending, reason, RUNS.ENDING.isNull());
    }

    /** As {@link #decide}, but over a decision that is being carried out: a person's cancel or a timebox does not wait. */
    boolean overrule(DSLContext dsl, String id, StageState ending, String reason) {
        return end(dsl, id, ending, reason, RUNS.ENDING.isDistinctFrom(ending.wire()));
    }

    private static boolean end(DSLContext dsl, String id, StageState ending, String reason, Condition undecided) {
        return dsl.update(RUNS)
                        .set(RUNS.ENDING, ending.wire())
                        .set(RUNS.REASON, Jsonb.clean(reason))
                        .setNull(RUNS.SET_ASIDE)
                        .where(RUNS.ID.eq(id), RUNS.FINISHED_AT.isNull(), undecided)
                        .execute()
                == 1;
    }

    boolean isUnfinished(DSLContext dsl, String id) {
        return !Sql.fetch(dsl, "SELECT id FROM runs WHERE id = ? AND finished_at IS NULL", r -> r.getString("id"), id)
                .isEmpty();
    }

    void setAside(DSLContext dsl, String id, String reason) {
        Sql.send(dsl, "UPDATE runs SET set_aside = ? WHERE id = ? AND finished_at IS NULL", reason, id);
    }

    void finish(DSLContext dsl, String id, StageState state) {
        Sql.send(dsl, "UPDATE runs SET state = ?, finished_at = clock_timestamp() WHERE id = ?", state.wire(), id);
    }

    /**
     * Unfinished runs that may be stuck: about to end, or without a task that could still finish. In random order, so that
     * many that have to wait for their last tasks do not keep others from being looked at.
     */
    List<String> needAttention(DSLContext dsl, int max) {
        return Sql.fetch(dsl, """
                        SELECT r.id FROM runs r
                         CROSS JOIN LATERAL (
                               SELECT coalesce(bool_or(p.state IN ('running', 'holding')
                                                       OR p.state = 'pending' AND p.delay_state = 'running'), false) AS waits,
                                      coalesce(bool_or(p.state = 'running' AND p.open = 0
                                                       OR p.state IN ('running', 'holding') AND p.ending IS NOT NULL), false)
                                      AS may_move
                                 FROM phases p WHERE p.run_id = r.id) p
                         WHERE r.finished_at IS NULL AND r.set_aside IS NULL AND (r.state = 'running' OR r.ending IS NOT NULL)
                           AND (r.ending IS NOT NULL OR p.may_move OR NOT p.waits)
                         ORDER BY random() LIMIT ?
                        """, r -> r.getString("id"), max);
    }
}
