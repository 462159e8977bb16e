package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the statements of a task's life read follows the tasks at hand and not the tasks there are: neither the backlog nor
 * history, and also where Postgres has planned them while the tables were almost empty, and knows no better yet.
 */
class PlansIT {
    private static final int BACKLOG = 20_000;
    private static final List<String> TABLES = List.of("runs", "phases", "tasks", "live_tasks", "timers", "task_logs");
    private static final Duration LEASE = Duration.ofDays(1);

    private final PostgresStoreUnderTest store = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(store);
    private final Rows rows = new Rows(store.url);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void plans_made_for_small_tables_read_little_of_large_ones() {
        String worker = f.worker();
        for (String table : TABLES) {
            rows.execute("ALTER TABLE " + table + " SET (autovacuum_enabled = off)");
        }
        f.submit(StoreFixture.ONE_TASK);
        rows.execute("ANALYZE");
        for (int i = 0; i < 8; i++) {
            lifeOfTasks(worker);
        }
        rows.execute(
                "INSERT INTO runs (id, name, request_hash, plan, inputs, lane, state, finished_at) SELECT 'run-old' || n, 'old', 'h',"
                        + " '{}', '{}', 2, 'completed', clock_timestamp() FROM generate_series(1, " + BACKLOG + ") n");
        rows.execute(
                "SET session_replication_role = replica; INSERT INTO phases (id, run_id, name, ordinal, state, steps, parallelism, finished_at)"
                        + " SELECT 'phase-old' || n, 'run-old' || n, 'P', 1, 'completed', 1, 1, clock_timestamp()"
                        + " FROM generate_series(1, " + BACKLOG + ") n");
        rows.execute("INSERT INTO task_logs (task_id, epoch, first_line, line_count, attempt, lines)"
                + " SELECT 'task-old' || n % 100, 1, n, 1, 1, '0 stdout x' FROM generate_series(1, " + BACKLOG + ") n");
        Submission backlog = f.submit(shards(BACKLOG));
        // Time passes: what pends is not looked at for it.
        rows.execute("UPDATE live_tasks SET dispatch_at = dispatch_at - interval '1 hour'");
        await().atMost(Duration.ofSeconds(30)).until(() -> read("live_tasks") >= BACKLOG);
        long byThisTest = read("live_tasks");
        for (int i = 0; i < 3; i++) {
            lifeOfTasks(worker);
        }
        // The end of one releases the next of its phase.
        f.complete(f.claimOne(worker, backlog), Json.NULL);
        store.close();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(written("live_tasks"))
                        .as("each session tells what it did at its end")
                        .isGreaterThan(BACKLOG));
        for (String table : TABLES) {
            long read = read(table) - (table.equals("live_tasks") ? byThisTest : 0);
            assertThat(read).as("rows of %s read", table).isLessThan(BACKLOG / 4);
        }
    }

    /** Some of everything that happens to tasks again and again. */
    private void lifeOfTasks(String worker) {
        Submission run = f.submit("""
                {'name':'life','phases':[{'phase':'P','parallelism':2,'timebox':'PT1H',
                  'agents':['A','B',{'agent':'C','fallback':'D'}]},{'phase':'Q','agents':['E']}]}
                """);
        List<ClaimedTask> first = f.claim(worker, run.ready().tickets());
        ClaimedTask a = first.getFirst();
        ClaimedTask b = first.getLast();
        store.tasks().heartbeat(List.of(new Heartbeat(a.hold(), 0.5, "half", Usage.NONE)));
        store.leases().renew(worker, LEASE, List.of(a.hold(), b.hold()));
        store.checkpoints().save(a.hold(), "t", Json.NULL, 2);
        talk(a);
        f.handBack(b, Duration.ZERO);
        b = f.claim(worker, ticketsOf(b)).getFirst();
        f.retry(a, Duration.ZERO);
        store.timers().untilNext(Set.of());
        store.timers().fireDue(100);
        a = f.claim(worker, ticketsOf(a)).getFirst();
        List<Ticket> released = f.complete(a, Json.NULL).ready().tickets();
        f.complete(b, Json.NULL);
        ClaimedTask c = f.claim(worker, released).getFirst();
        f.fail(c, "no");
        List<Ticket> last = f.complete(f.claim(worker, ticketsOf(c)).getFirst(), Json.NULL)
                .ready()
                .tickets();
        ClaimedTask e = f.claim(worker, last).getFirst();
        store.tasks().context(e.phaseId(), e.step());
        f.complete(e, Json.NULL);
        assertThat(store.runs().view(run.runId(), false).orElseThrow().state()).isEqualTo(StageState.COMPLETED);
        store.store.dispatch().due(10, Duration.ofMinutes(1));
        store.store.recovery().sweep(10);
    }

    private void talk(ClaimedTask task) {
        for (long line = 0; line < 3; line++) {
            TaskLogs.Chunk said = new TaskLogs.Chunk(
                    task.hold(), 1, line, List.of(LogLine.printed(Instant.EPOCH, LogLine.Source.STDOUT, "x")));
            store.logs().append(List.of(new TaskLogs.Addition(said, 1, line)));
        }
        SequencedMap<String, TaskLogs.Place> from = new LinkedHashMap<>();
        from.put(task.hold().taskId(), new TaskLogs.Place(task.hold().epoch(), 2));
        assertThat(store.logs().read(from, 10)).hasSize(1);
    }

    private static List<Ticket> ticketsOf(ClaimedTask task) {
        return List.of(new Ticket(task.hold().taskId(), Priority.NORMAL));
    }

    private static String shards(int n) {
        String items = IntStream.range(0, n).mapToObj(String::valueOf).collect(Collectors.joining(","));
        return "{'name':'backlog','inputs':{'items':[" + items + "]},'phases':[{'phase':'P','parallelism':4,"
                + "'agents':[{'agent':'A','timebox':'PT1H','shard':{'over':'items','size':1}}]}]}";
    }

    private long written(String table) {
        return number("n_tup_ins", table);
    }

    private long read(String table) {
        return number("coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)", table);
    }

    private long number(String expression, String table) {
        Map<String, @Nullable Object> row =
                rows.one("SELECT " + expression + " AS n FROM pg_stat_user_tables WHERE relname = '" + table + "'");
        return ((Number) Objects.requireNonNull(row.get("n"))).longValue();
    }
}
