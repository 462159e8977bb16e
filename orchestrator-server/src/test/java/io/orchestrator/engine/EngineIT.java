package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people are promised of runs, from submission to the end. */
class EngineIT {
    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
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
}
