package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.worker.Scaling;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people are promised of runs, from submission to the end. */
class EngineIT {
    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    /** A short piece of an agent's work, which an interrupt ends. */
    private static void pause() throws InterruptedException {
        boolean never = new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
        assertThat(never).isFalse();
    }

    @Test
    void a_run_goes_through_its_phases_to_the_end_by_itself() {
        engine.agent("Double", c -> Json.of(c.input().get("n").orElseThrow().asLong() * 2))
                .agent(
                        "Sum",
                        c -> c.upstream().get("A").orElseThrow().get("Double").orElseThrow())
                .start(4);
        RunView end = engine.awaitEnd(
                engine.submit(
                        "{'name':'x','inputs':{'n':21},'phases':[{'phase':'A','agents':['Double']},{'phase':'B','agents':['Sum']}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().get(1).tasks().getFirst().output()).contains(Json.of(42));
    }

    @Test
    void ten_thousand_short_tasks_are_each_completed_once() {
        engine.agent("No", c -> Json.NULL).start(64);
        engine.addPool(64);
        StringBuilder items = new StringBuilder("0");
        for (int i = 1; i < 10_000; i++) {
            items.append(',').append(i);
        }
        RunView end = engine.awaitEnd(
                engine.submit(
                        "{'name':'x','inputs':{'items':[" + items
                                + "]},'phases':[{'phase':'A','parallelism':10000,'agents':[{'agent':'No','shard':{'over':'items','size':1}}]}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().completed()).isEqualTo(10_000);
        List<EventView> events = engine.store.runs().events(end.id(), 0, 20_000);
        assertThat(events.stream()
                        .filter(e -> e.kind().equals("task.completed"))
                        .map(e -> e.taskId().orElseThrow()))
                .hasSize(10_000)
                .doesNotHaveDuplicates();
    }

    @Test
    void a_failing_attempt_is_retried_after_one_and_two_seconds() {
        engine.agent("Third", c -> {
                    if (c.task().attempt() < 3) {
                        throw AgentFailure.retryable("not yet");
                    }
                    return Json.of(c.task().attempt());
                })
                .start(4);
        RunView end = engine.awaitEnd(engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Third']}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().tasks().getFirst().attempts()).isEqualTo(3);
        List<EventView> retries = engine.store.runs().events(end.id(), 0, 100).stream()
                .filter(e -> e.kind().equals("task.retrying"))
                .toList();
        assertThat(retries)
                .extracting(e -> e.data().get("delayMs").orElseThrow().asLong())
                .containsExactly(1_000L, 2_000L);
    }

    @Test
    void a_permanent_failure_ends_the_run_at_once_with_the_reason() {
        engine.agent("Bad", c -> {
                    throw AgentFailure.permanent("the disk is made of cheese");
                })
                .start(4);
        RunView end = engine.awaitEnd(engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Bad']}]}"));
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("cheese");
        assertThat(end.phases().getFirst().tasks().getFirst().attempts()).isEqualTo(1);
    }

    @Test
    void an_agent_continues_from_its_checkpoint_and_runs_a_step_once() {
        AtomicInteger stepRuns = new AtomicInteger();
        engine.agent("Resuming", c -> {
                    Json stepped = c.step("expensive", () -> Json.of(stepRuns.incrementAndGet()));
                    if (c.resume().isEmpty()) {
                        c.checkpoint("half", Json.object("done", 1));
                        throw AgentFailure.retryable("crash");
                    }
                    return Json.object("from", c.resume().map(Checkpoint::token).orElse("start"), "step", stepped);
                })
                .start(4);
        RunView end = engine.awaitEnd(engine.submit(
                "{'name':'x','retry':{'base':'PT0.01S'},'phases':[{'phase':'A','agents':['Resuming']}]}"));
        assertThat(end.phases().getFirst().tasks().getFirst().output())
                .contains(Json.parse("{\"from\":\"half\",\"step\":1}"));
        assertThat(stepRuns).hasValue(1);
    }

    @Test
    void usage_is_booked_once_over_all_attempts() {
        engine.agent("Spender", c -> {
                    c.usage(100, new BigDecimal("0.25"), 10);
                    if (c.task().attempt() == 1) {
                        throw AgentFailure.retryable("again");
                    }
                    return Json.NULL;
                })
                .start(4);
        RunView end = engine.awaitEnd(
                engine.submit("{'name':'x','retry':{'base':'PT0.01S'},'phases':[{'phase':'A','agents':['Spender']}]}"));
        assertThat(end.usage().tokens()).isEqualTo(200);
        assertThat(end.usage().costUsd()).isEqualByComparingTo("0.50");
        assertThat(end.phases().getFirst().usage().toolMs()).isEqualTo(20);
    }

    @Test
    void cancelling_reaches_a_running_agent() {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        engine.agent("Sleeper", c -> {
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.set(c.cancelled());
                        throw e;
                    }
                    return Json.NULL;
                })
                .start(4);
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Sleeper']}]}");
        await().until(() -> started.getCount() == 0);
        assertThat(engine.store.runs().cancel(runId, "no more")).isTrue();
        await().untilTrue(interrupted);
        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.CANCELLED);
    }

    @Test
    void a_stopping_worker_hands_its_tasks_over_without_using_up_an_attempt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        engine.agent("Polite", c -> {
                    if (c.resume().isPresent()) {
                        return Json.of(c.task().attempt());
                    }
                    started.countDown();
                    while (!c.shutdownRequested()) {
                        pause();
                    }
                    c.checkpoint("stopped", Json.NULL);
                    throw new ReturnedEarly("asked to");
                })
                .start(4);
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Polite']}]}");
        await().until(() -> started.getCount() == 0);
        engine.addPool(4);
        engine.pools.getFirst().stop(Duration.ofSeconds(10));
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases().getFirst().tasks().getFirst().output()).contains(Json.of(1));
    }

    @Test
    void an_impolite_agent_is_interrupted_and_its_task_goes_on_elsewhere() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        engine.agent("Impolite", c -> {
                    if (c.task().epoch() > 1) {
                        return Json.of(c.task().attempt());
                    }
                    started.countDown();
                    new CountDownLatch(1).await();
                    return Json.NULL;
                })
                .start(4);
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Impolite']}]}");
        await().until(() -> started.getCount() == 0);
        engine.addPool(4);
        engine.pools.getFirst().stop(Duration.ofSeconds(2));
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases().getFirst().tasks().getFirst().output()).contains(Json.of(1));
    }

    @Test
    void a_phase_whose_timebox_is_over_ends_as_timed_out_with_its_checkpoint_kept() {
        AtomicBoolean askedToWrapUp = new AtomicBoolean();
        engine.agent("Endless", c -> {
                    c.checkpoint("partial", Json.of("so far"));
                    while (true) {
                        if (c.wrapUp().isPresent()) {
                            askedToWrapUp.set(true);
                        }
                        pause();
                    }
                })
                .agent("Never", c -> Json.NULL)
                .start(4);
        Instant begun = Instant.now();
        String runId = engine.submit(
                "{'name':'x','phases':[{'phase':'A','timebox':'PT12S','agents':['Endless']},{'phase':'B','agents':['Never']}]}");
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases().getFirst().state()).isEqualTo(StageState.TIMED_OUT);
        RunView.Task task = end.phases().getFirst().tasks().getFirst();
        assertThat(task.state()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(engine.store.checkpoints().load(task.id()).map(Checkpoint::data))
                .contains(Json.of("so far"));
        assertThat(end.phases().get(1).tasks()).isEmpty();
        assertThat(Duration.between(begun, end.finishedAt().orElseThrow())).isGreaterThan(Duration.ofSeconds(11));
        assertThat(askedToWrapUp).isTrue();
    }

    @Test
    void an_unknown_agent_leaves_the_task_to_workers_that_know_it() {
        engine.agent("Known", c -> Json.NULL).start(2);
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Rare']}]}");
        await().until(() -> engine.store.runs().events(runId, 0, 100).stream()
                .anyMatch(e -> e.kind().equals("task.handed_back")));
        engine.agent("Rare", c -> Json.of(c.task().attempt()));
        engine.addPool(2);
        assertThat(engine.awaitEnd(runId).phases().getFirst().tasks().getFirst().output())
                .contains(Json.of(1));
    }

    @Test
    @Tag("slow")
    void two_hundred_tasks_that_run_ten_times_the_lease_are_each_started_once() {
        AtomicInteger starts = new AtomicInteger();
        Duration tenLeases = engine.lease.multipliedBy(10);
        engine.agent("Long", c -> {
                    starts.incrementAndGet();
                    boolean never = new CountDownLatch(1).await(tenLeases.toMillis(), TimeUnit.MILLISECONDS);
                    return Json.of(never);
                })
                .start(100);
        engine.addPool(100);
        String items = "1" + ",1".repeat(199);
        RunView end = engine.awaitEnd(
                engine.submit(
                        "{'name':'x','inputs':{'i':[" + items
                                + "]},'phases':[{'phase':'A','parallelism':200,'agents':[{'agent':'Long','shard':{'over':'i','size':1}}]}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(starts).hasValue(200);
        assertThat(end.phases().getFirst().tasks())
                .extracting(RunView.Task::epoch)
                .containsOnly(1L);
    }

    @Test
    void the_waits_before_retries_are_kept_by_the_timers() throws Exception {
        engine.agent("Third", c -> {
                    if (c.task().attempt() < 3) {
                        throw AgentFailure.retryable("not yet");
                    }
                    return Json.NULL;
                })
                .start(2);
        engine.awaitEnd(engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Third']}]}"));
        try (Connection connection = TestServers.connect(engine.url);
                Statement statement = connection.createStatement();
                ResultSet waits = statement.executeQuery(
                        "SELECT extract(epoch FROM fire_at - created_at), fired_at >= fire_at FROM timers ORDER BY id")) {
            for (double expected : new double[] {1.0, 2.0}) {
                assertThat(waits.next()).isTrue();
                assertThat(waits.getDouble(1)).isCloseTo(expected, within(0.05));
                assertThat(waits.getBoolean(2)).isTrue();
            }
            assertThat(waits.next()).isFalse();
        }
    }

    @Test
    void slots_follow_the_work_within_their_range() {
        CountDownLatch go = new CountDownLatch(1);
        engine.agent("Waits", c -> Json.of(go.await(60, TimeUnit.SECONDS)));
        engine.scheduler.start();
        engine.timer.start();
        WorkerPool pool = engine.newPool(WorkerSettings.DEFAULT
                .withConcurrency(1)
                .withLease(engine.lease)
                .withScaling(new Scaling.Range(true, 1, 6)));
        pool.start();
        String runId =
                engine.submit("{'name':'x','inputs':{'i':[1,2,3,4,5,6,7,8,9]},'phases':[{'phase':'A','parallelism':9,"
                        + "'agents':[{'agent':'Waits','shard':{'over':'i','size':1}}]}]}");
        await().until(() -> pool.getStats().running() == 6);
        assertThat(pool.getStats().workerCount()).isEqualTo(6);
        go.countDown();
        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
    }
}
