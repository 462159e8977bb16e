package io.orchestrator.lab.bench;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Throughput, and the answers that operators wait for, with more and more finished tasks in the tables. */
final class EngineGrowth implements Scenario {
    private static final List<Integer> MILLIONS = List.of(0, 1, 5);
    private static final int PER_RUN = 1_000;
    private static final int ANSWERS = 50;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException {
        List<Measurement> measured = new ArrayList<>();
        DatabaseUrl database = servers.newEngineDatabase();
        AgentRegistry agents = AgentRegistry.empty().with("Nothing", context -> Json.EMPTY_OBJECT);
        try (BenchEngine engine = new BenchEngine(servers, database, agents);
                Connection connection = BenchServers.connect(database)) {
            engine.start(sizes.slots());
            // A first plan warms the JVM, so that the empty tables are not measured cold.
            EngineThroughput.measure(engine, "warm-up", sizes.n());
            int before = 0;
            for (int millions : MILLIONS) {
                addHistory(connection, before, millions);
                before = millions;
                measured.add(EngineThroughput.measure(engine, "growth." + millions + "M", sizes.n()));
                measured.add(Measurement.times("growth." + millions + "M.status", answers(engine)));
            }
            return measured;
        }
    }

    private static Percentiles answers(BenchEngine engine) {
        String runId = engine.store().runs().list(1).getFirst().id();
        long[] nanos = new long[ANSWERS];
        for (int i = 0; i < ANSWERS; i++) {
            long began = System.nanoTime();
            engine.store().runs().list(20);
            boolean known = engine.store().runs().view(runId, false).isPresent();
            nanos[i] = System.nanoTime() - began;
            if (!known) {
                throw new IllegalStateException("there is no run " + runId);
            }
        }
        return Percentiles.ofNanos(nanos);
    }

    /** Finished runs of a thousand tasks each, as the engine would have left them. */
    private static void addHistory(Connection connection, int fromMillions, int toMillions) throws SQLException {
        int from = fromMillions * 1_000_000 / PER_RUN;
        int to = toMillions * 1_000_000 / PER_RUN;
        if (from == to) {
            return;
        }
        String runs = "generate_series(" + from + ", " + (to - 1) + ") r";
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO runs (id, name, request_hash, plan, inputs, lane, state, event_seq, created_at, started_at, finished_at)
                    SELECT 'run-00h' || lpad(r::text, 17, '0'), 'history', 'h', '{}', '{}', 2, 'completed', %d,
                           now() - interval '3 days', now() - interval '3 days', now() - interval '2 days'
                      FROM %s""".formatted(PER_RUN, runs));
            statement.execute("""
                    INSERT INTO phases (id, run_id, name, ordinal, state, step, steps, parallelism, total, completed, started_at, finished_at)
                    SELECT 'phase-00h' || lpad(r::text, 15, '0'), 'run-00h' || lpad(r::text, 17, '0'), 'P', 0, 'completed', 0, 1, 64,
                           %d, %d, now() - interval '3 days', now() - interval '2 days'
                      FROM %s""".formatted(PER_RUN, PER_RUN, runs));
            statement.execute("""
                    INSERT INTO tasks (id, run_id, phase_id, key, step, ordinal, type, target, name, shard, input, budget, outcome,
                                       attempt, epoch, worker_id, output, tokens, cost_usd, tool_ms, created_at, started_at, finished_at)
                    SELECT 'task-00h' || lpad((r * %d + t)::text, 16, '0'), 'run-00h' || lpad(r::text, 17, '0'),
                           'phase-00h' || lpad(r::text, 15, '0'), 'key-' || t, 0, t, 'agent', 'Nothing', 'Nothing', t, '{}', '{}',
                           'completed', 1, 1, 'worker-1', '{}', 0, 0, 0, now() - interval '3 days', now() - interval '3 days',
                           now() - interval '2 days'
                      FROM %s, generate_series(0, %d) t""".formatted(PER_RUN, runs, PER_RUN - 1));
            statement.execute("""
                    INSERT INTO events (run_id, seq, kind, phase_id, task_id, epoch, attempt, worker_id, data)
                    SELECT 'run-00h' || lpad(r::text, 17, '0'), t + 1, 'task.completed', 'phase-00h' || lpad(r::text, 15, '0'),
                           'task-00h' || lpad((r * %d + t)::text, 16, '0'), 1, 1, 'worker-1', '{}'
                      FROM %s, generate_series(0, %d) t""".formatted(PER_RUN, runs, PER_RUN - 1));
            statement.execute("VACUUM ANALYZE");
            statement.execute("CHECKPOINT");
        }
    }
}
