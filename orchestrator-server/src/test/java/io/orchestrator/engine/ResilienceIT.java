package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.Gates;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.HeldPhases.Decided;
import io.orchestrator.store.HeldPhases.Decision;
import io.orchestrator.store.RunView;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine does on its own, or on a person's word, about work that is not good enough or gets nowhere. */
class ResilienceIT {
    private static final Json POOR = Json.parse("{\"metrics\":{\"coverage\":0.5}}");
    private static final Json GOOD = Json.parse("{\"metrics\":{\"coverage\":0.95}}");

    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    private List<EventView> events(String runId, String kind) {
        return engine.store.runs().events(runId, 0, 1_000).stream()
                .filter(event -> event.kind().equals(kind))
                .toList();
    }

    @Test
    void a_phase_that_missed_a_rubric_is_done_again_by_agents_that_know_what_was_missed() {
        engine.agent("Writer", c -> c.input().has("rubricMiss") ? GOOD : POOR)
                .agent("Reader", c -> c.upstream())
                .start(4);
        RunView end = engine.awaitEnd(
                engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Writer'],'rubrics':{'coverage_min':0.9},"
                        + "'onRubricMiss':'retry'},{'phase':'B','agents':['Reader']}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().round()).isEqualTo(2);
        assertThat(end.phases().get(1).tasks().getFirst().output().orElseThrow())
                .isEqualTo(Json.object("A", Json.object("Writer", GOOD)));
        assertThat(events(end.id(), "phase.retrying")).hasSize(1);
    }

    @Test
    void a_held_phase_waits_until_a_person_has_decided() {
        engine.agent("Writer", c -> POOR).agent("Reader", c -> Json.NULL).start(4);
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Writer'],"
                + "'rubrics':{'coverage_min':0.9},'onRubricMiss':'hold'},{'phase':'B','agents':['Reader']}]}");
        await().until(() -> engine.view(runId).phases().getFirst().state() == StageState.HOLDING);
        assertThat(engine.view(runId).phases().get(1).state()).isEqualTo(StageState.PENDING);
        Decided decided = engine.store
                .heldPhases()
                .decide(new HeldPhases.Request(runId, "A", Decision.ACCEPT, "anna", Optional.empty()));
        engine.announcer.announce(decided.ready());
        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_fallback_goes_on_with_what_its_first_agent_has_failed() {
        engine.agent("First", c -> {
                    c.step("shared", () -> Json.of("of First"));
                    c.checkpoint("half", Json.NULL);
                    throw AgentFailure.permanent("I cannot");
                })
                .agent(
                        "Second",
                        c -> Json.object(
                                "resumed", c.resume().isPresent(),
                                "target", c.task().target(),
                                "step", c.step("shared", () -> Json.of("of Second")),
                                "error",
                                        c.input()
                                                .get("fellBack")
                                                .orElseThrow()
                                                .get("error")
                                                .orElseThrow()))
                .start(4);
        RunView end = engine.awaitEnd(engine.submit(
                "{'name':'x','phases':[{'phase':'A','agents':[{'agent':'First','fallback':'Second'}]}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        RunView.Task task = end.phases().getFirst().tasks().getFirst();
        assertThat(task.target()).isEqualTo("Second");
        assertThat(task.name()).isEqualTo("First");
        assertThat(task.output())
                .contains(Json.object("resumed", false, "target", "Second", "step", "of Second", "error", "I cannot"));
        assertThat(events(end.id(), "task.fell_back")).hasSize(1);
        assertThat(events(end.id(), "task.failed")).isEmpty();
    }

    @Test
    void an_attempt_that_gets_nowhere_is_interrupted_and_tried_again() {
        engine.agent("Sleeper", c -> {
                    if (c.task().attempt() == 1) {
                        new CountDownLatch(1).await();
                    }
                    return Json.of("awake");
                })
                .start(4);
        RunView end = engine.awaitEnd(
                engine.submit("{'name':'x','retry':{'base':'PT0.01S'},'phases':[{'phase':'A','agents':['Sleeper'],"
                        + "'stuck':{'noOutput':'PT0.2S','action':'interrupt'}}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().tasks().getFirst().attempts()).isEqualTo(2);
        assertThat(events(end.id(), "task.retrying")
                        .getFirst()
                        .data()
                        .text("error")
                        .orElseThrow())
                .contains("stuck: no output");
    }

    @Test
    void an_attempt_that_is_failed_as_stuck_leaves_its_task_to_the_fallback() {
        engine.agent("Sleeper", c -> {
                    new CountDownLatch(1).await();
                    return Json.NULL;
                })
                .agent("Waker", c -> Json.of("awake"))
                .start(4);
        RunView end = engine.awaitEnd(
                engine.submit("{'name':'x','phases':[{'phase':'A','agents':[{'agent':'Sleeper','fallback':'Waker',"
                        + "'stuck':{'noProgress':'PT0.2S','action':'fail'}}]}]}"));
        assertThat(end.phases().getFirst().tasks().getFirst().output()).contains(Json.of("awake"));
        assertThat(events(end.id(), "task.retrying")).isEmpty();
    }

    @Test
    void an_attempt_that_spends_without_coming_further_is_told_of_once_for_each_time() {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        engine.agent("Spender", c -> {
                    c.usage(10, BigDecimal.ZERO, 0);
                    go.await();
                    c.checkpoint("further", Json.NULL);
                    second.await();
                    return Json.NULL;
                })
                .start(4);
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Spender'],"
                + "'stuck':{'spendWithoutProgress':{'tokens':10}}}]}");
        await().until(() -> events(runId, "task.stuck").size() == 1);
        go.countDown();
        await().until(() -> engine.store
                .checkpoints()
                .load(engine.tasks(runId).getFirst().id())
                .isPresent());
        second.countDown();
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases().getFirst().tasks().getFirst().state()).isEqualTo(TaskState.COMPLETED);
        assertThat(events(runId, "task.stuck"))
                .singleElement()
                .satisfies(event -> assertThat(event.data().text("action")).contains("warn"));
    }

    @Test
    void a_target_that_fails_in_a_row_is_held_and_tried_by_single_probes_until_it_works() {
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean healed = new AtomicBoolean();
        engine.agent("Flaky", c -> {
                    calls.incrementAndGet();
                    if (!healed.get()) {
                        throw AgentFailure.retryable("the service is down");
                    }
                    return Json.NULL;
                })
                .start(4);
        engine.addPool(4);
        String runId = engine.submit(
                "{'name':'x','inputs':{'n':[1,2,3,4,5,6,7,8]},'retry':{'base':'PT0.01S','max':'PT0.01S','maxAttempts':1000},"
                        + "'phases':[{'phase':'A','parallelism':8,"
                        + "'agents':[{'agent':'Flaky','shard':{'over':'n','size':1}}]}]}",
                Json.parse("{\"agents\":{\"Flaky\":{\"breaker\":{\"failures\":3,\"wait\":\"PT0.3S\"}}}}"));
        await().until(() -> !events(runId, "target.held").isEmpty());
        await().until(() -> engine.tasks(runId).stream().noneMatch(task -> task.state() == TaskState.RUNNING));
        int held = events(runId, "target.held").size();
        int before = calls.get();
        await().until(() -> events(runId, "target.held").size() >= held + 2);
        int probes = calls.get() - before;
        assertThat(probes).isBetween(1, events(runId, "target.held").size() - held + 2);
        assertThat(engine.store.gates().closed())
                .extracting(Gates.Closed::reason)
                .allMatch(reason -> reason.contains("3 failures in a row, the last one: the service is down"));
        healed.set(true);
        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
        assertThat(events(runId, "target.released")).isNotEmpty();
        assertThat(engine.store.gates().closed()).isEmpty();
    }
}
