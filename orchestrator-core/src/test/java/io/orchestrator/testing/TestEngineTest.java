package io.orchestrator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import io.orchestrator.testing.AttemptRecord.End;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestEngineTest {
    private static final String ONE = "{'name':'one','phases':[{'phase':'P','agents':['A']}]}".replace('\'', '"');
    private static final Duration HOUR = Duration.ofHours(1);

    private static TestEngineBuilder with(TimedAgent agent) {
        return TestEngine.builder().agent("A", agent);
    }

    @Test
    void a_task_takes_the_time_that_its_agent_lets_pass_and_no_more() {
        try (TestEngine engine = with((context, time) -> {
                    time.pass(HOUR);
                    return Json.of("done");
                })
                .build()) {
            TestRun run = engine.run(ONE);
            assertThat(run.state()).isEqualTo(StageState.COMPLETED);
            assertThat(run.output("P", "A")).isEqualTo(Json.of("done"));
            assertThat(engine.elapsed()).isEqualTo(HOUR);
            assertThat(run.attempts()).singleElement().satisfies(attempt -> {
                assertThat(attempt.end()).isEqualTo(End.COMPLETED);
                assertThat(attempt.ran()).contains(HOUR);
                assertThat(attempt.worker()).isEqualTo("worker-1");
            });
        }
    }

    @Test
    void inputs_and_outputs_of_earlier_phases_reach_the_agents() {
        String plan = "{'name':'two','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']}]}"
                .replace('\'', '"');
        try (TestEngine engine = TestEngine.builder()
                .agent("A", context -> Json.of(context.input().text("idea").orElseThrow() + "!"))
                .agent("B", context -> context.upstream())
                .build()) {
            TestRun run = engine.run(plan, Json.object("idea", "fly"));
            assertThat(run.output("Q", "B")).isEqualTo(Json.parse("{\"P\":{\"A\":\"fly!\"}}"));
        }
    }

    @Test
    void a_retry_follows_after_its_backoff_to_the_millisecond() {
        String plan = "{'name':'r','retry':{'base':'PT2S','maxAttempts':3},'phases':[{'phase':'P','agents':['A']}]}"
                .replace('\'', '"');
        List<Instant> begun = new ArrayList<>();
        try (TestEngine engine = with((context, time) -> {
                    begun.add(time.instant());
                    if (context.task().attempt() < 3) {
                        throw AgentFailure.retryable("not yet");
                    }
                    return Json.NULL;
                })
                .build()) {
            TestRun run = engine.run(plan);
            assertThat(run.attempts())
                    .extracting(AttemptRecord::end)
                    .containsExactly(End.RETRIED, End.RETRIED, End.COMPLETED);
            assertThat(Duration.between(begun.get(0), begun.get(1))).isEqualTo(Duration.ofSeconds(2));
            assertThat(Duration.between(begun.get(1), begun.get(2))).isEqualTo(Duration.ofSeconds(4));
        }
    }

    @Test
    void a_task_goes_on_from_its_checkpoint_when_its_worker_crashes() {
        try (TestEngine engine = with((context, time) -> {
                    long from = context.resume().map(c -> c.data().asLong()).orElse(0L);
                    for (long hour = from; hour < 10; hour++) {
                        time.pass(HOUR);
                        context.checkpoint("hour-" + (hour + 1), Json.of(hour + 1));
                    }
                    return Json.of(10 - from);
                })
                .build()) {
            engine.in(Duration.ofMinutes(330), engine::crashWorker);
            TestRun run = engine.run(ONE);
            assertThat(run.output("P", "A")).as("hours since the checkpoint").isEqualTo(Json.of(5L));
            assertThat(run.attempts()).extracting(AttemptRecord::end).containsExactly(End.CRASHED, End.COMPLETED);
            assertThat(run.eventKinds()).contains("task.reclaimed");
            assertThat(run.checkpoints(run.task("P", "A").id())).hasSize(5);
            assertThat(engine.elapsed()).isBetween(Duration.ofMinutes(630), Duration.ofMinutes(633));
        }
    }

    @Test
    void a_body_that_takes_its_worker_down_each_time_is_buried_with_its_evidence() {
        TestEngine[] engines = new TestEngine[1];
        try (TestEngine engine = with((context, time) -> {
                    engines[0].crashWorker();
                    return Json.NULL;
                })
                .build()) {
            engines[0] = engine;
            TestRun run = engine.run(ONE);
            assertThat(run.state()).isEqualTo(StageState.FAILED);
            assertThat(run.task("P", "A").state()).isEqualTo(TaskState.DEAD);
            assertThat(run.attempts()).hasSize(5).extracting(AttemptRecord::end).containsOnly(End.CRASHED);
        }
    }

    @Test
    void an_agent_on_a_worker_that_stood_still_too_long_is_no_longer_believed() {
        List<String> refused = new ArrayList<>();
        try (TestEngine engine = with((context, time) -> {
                    try {
                        time.pass(HOUR);
                    } catch (InterruptedException e) {
                        assertThatThrownBy(() -> context.checkpoint("one", Json.NULL))
                                .isInstanceOf(AttemptRevoked.class);
                        refused.add(context.task().id());
                        throw e;
                    }
                    return Json.of(context.task().epoch());
                })
                .workers(2)
                .build()) {
            TestRun run = engine.submit(ONE);
            engine.advance(Duration.ofMinutes(30));
            engine.freezeWorker(run.attempts().getFirst().worker(), HOUR);
            engine.runUntilEnd();
            engine.advance(HOUR);
            assertThat(run.state()).isEqualTo(StageState.COMPLETED);
            assertThat(refused).hasSize(1);
            assertThat(run.attempts()).extracting(AttemptRecord::end).containsExactly(End.REVOKED, End.COMPLETED);
        }
    }

    @Test
    void a_timebox_asks_for_a_wrap_up_and_then_ends_the_attempt() {
        String plan = "{'name':'t','phases':[{'phase':'P','timebox':'PT10H','agents':['A']}]}".replace('\'', '"');
        List<Duration> notices = new ArrayList<>();
        try (TestEngine engine = with((context, time) -> {
                    while (true) {
                        time.pass(Duration.ofMinutes(1));
                        if (notices.isEmpty()) {
                            context.wrapUp().ifPresent(notice -> notices.add(notice.remaining()));
                        }
                    }
                })
                .build()) {
            TestRun run = engine.run(plan);
            assertThat(run.state()).isEqualTo(StageState.TIMED_OUT);
            assertThat(run.task("P", "A").state()).isEqualTo(TaskState.TIMED_OUT);
            assertThat(notices)
                    .singleElement()
                    .satisfies(left -> assertThat(left).isBetween(Duration.ofMinutes(1), HOUR));
            assertThat(engine.elapsed())
                    .isBetween(HOUR.multipliedBy(10), HOUR.multipliedBy(10).plusMinutes(1));
        }
    }

    @Test
    void a_pause_lets_nothing_start_and_a_recall_gives_the_task_back() {
        try (TestEngine engine = with((context, time) -> {
                    for (int i = 0; i < 60; i++) {
                        time.pass(Duration.ofMinutes(1));
                        if (context.shutdownRequested()) {
                            throw new ReturnedEarly("paused");
                        }
                    }
                    return Json.NULL;
                })
                .build()) {
            TestRun run = engine.submit(ONE);
            engine.advance(Duration.ofMinutes(10));
            run.pauseAndRecall("for the night");
            engine.advance(Duration.ofHours(8));
            assertThat(run.view().paused()).map(RunView.Paused::reason).contains("for the night");
            assertThat(run.attempts())
                    .singleElement()
                    .satisfies(a -> assertThat(a.end()).isEqualTo(End.HANDED_BACK));
            run.unpause();
            engine.runUntilEnd();
            assertThat(run.state()).isEqualTo(StageState.COMPLETED);
            assertThat(run.attempts())
                    .hasSize(2)
                    .last()
                    .satisfies(a -> assertThat(a.attempt()).isEqualTo(1));
        }
    }

    @Test
    void outages_of_redis_and_of_postgres_lose_nothing() {
        try (TestEngine engine = with((context, time) -> {
                    context.usage(10, BigDecimal.ONE, 0);
                    time.pass(Duration.ofSeconds(40));
                    context.checkpoint("half", Json.NULL);
                    time.pass(HOUR);
                    return Json.NULL;
                })
                .build()) {
            TestRun first = engine.submit(ONE);
            engine.advance(Duration.ofSeconds(30));
            engine.postgresAway(Duration.ofSeconds(20));
            engine.runUntilEnd();
            assertThat(first.attempts())
                    .singleElement()
                    .satisfies(a -> assertThat(a.end()).isEqualTo(End.COMPLETED));
            engine.redisAway(HOUR);
            TestRun second = engine.run(ONE);
            assertThat(second.state()).isEqualTo(StageState.COMPLETED);
            assertThat(second.view().usage().tokens()).isEqualTo(10);
        }
    }

    @Test
    void a_parent_waits_for_its_children_without_a_slot() {
        try (TestEngine engine = with((context, time) -> {
                    if (context.children().results().isEmpty()) {
                        context.children().submit("one", "B", Json.EMPTY_OBJECT);
                        context.children().submit("two", "B", Json.EMPTY_OBJECT);
                        throw context.awaitChildren();
                    }
                    return Json.of(context.children().results().size());
                })
                .agent("B", (context, time) -> {
                    time.pass(HOUR);
                    return Json.NULL;
                })
                .slots(1)
                .build()) {
            TestRun run = engine.run(ONE);
            assertThat(run.output("P", "A")).isEqualTo(Json.of(2));
            assertThat(run.attempts())
                    .extracting(AttemptRecord::end)
                    .containsExactly(End.WAITING, End.COMPLETED, End.COMPLETED, End.COMPLETED);
            assertThat(engine.elapsed()).isEqualTo(HOUR.multipliedBy(2));
        }
    }

    @Test
    void an_agent_that_spends_on_is_stopped_when_its_budget_is_exhausted() {
        String plan =
                "{'name':'b','phases':[{'phase':'P','budgets':{'tokens':1000},'agents':['A']}]}".replace('\'', '"');
        try (TestEngine engine = with((context, time) -> {
                    while (true) {
                        time.pass(HOUR);
                        context.usage(300, BigDecimal.ZERO, 0);
                    }
                })
                .build()) {
            TestRun run = engine.run(plan);
            assertThat(run.state()).isEqualTo(StageState.FAILED);
            assertThat(run.view().usage().tokens()).isEqualTo(1_200);
        }
    }

    @Test
    void an_agent_that_hands_over_null_fails_with_a_sentence_that_says_so_and_is_tried_again() {
        String plan = "{'name':'n','retry':{'base':'PT1S','maxAttempts':4},'phases':[{'phase':'P','agents':['A']}]}"
                .replace('\'', '"');
        try (TestEngine engine = with((context, time) -> {
                    switch (context.task().attempt()) {
                        case 1 -> context.step("fetch", () -> nothing());
                        case 2 -> context.checkpoint("here", nothing());
                        case 3 -> context.usage(Long.MAX_VALUE, BigDecimal.ZERO, 0);
                        default -> {}
                    }
                    return nothing();
                })
                .build()) {
            List<AttemptRecord> attempts = engine.run(plan).attempts();
            assertThat(attempts)
                    .extracting(AttemptRecord::end)
                    .containsExactly(End.RETRIED, End.RETRIED, End.RETRIED, End.FAILED);
            assertThat(attempts)
                    .extracting(attempt -> attempt.error().orElseThrow())
                    .satisfiesExactly(
                            error -> assertThat(error)
                                    .isEqualTo(
                                            "the result of step 'fetch' is null; expected a JSON value, Json.NULL for nothing"),
                            error -> assertThat(error)
                                    .isEqualTo(
                                            "the data of checkpoint 'here' is null; expected a JSON value, Json.NULL for nothing"),
                            error -> assertThat(error).contains("a usage report is at most 1,000,000,000,000 tokens"),
                            error -> assertThat(error)
                                    .isEqualTo(
                                            "the result of agent 'A' is null; expected a JSON value, Json.NULL for nothing"));
        }
    }

    @Test
    void what_cannot_be_stored_fails_its_task_with_the_place() {
        try (TestEngine engine = with((context, time) -> {
                    context.checkpoint("fine", Json.parse("{\"p\":1e-150}"));
                    context.checkpoint("here", Json.parse("{\"p\":[1e-2000]}"));
                    return Json.NULL;
                })
                .build()) {
            TestRun run = engine.run(ONE);
            assertThat(run.state()).isEqualTo(StageState.FAILED);
            assertThat(run.attempts().getFirst().error().orElseThrow())
                    .startsWith("the data of checkpoint 'here' cannot be stored: a number")
                    .endsWith("at /p/0");
        }
    }

    @SuppressWarnings("NullAway") // As an agent that was compiled without these checks does it.
    private static Json nothing() {
        return null;
    }

    @Test
    void the_same_calls_give_the_same_run() {
        assertThat(aStormyRun()).isEqualTo(aStormyRun());
    }

    private static String aStormyRun() {
        String plan = "{'name':'s','phases':[{'phase':'P','parallelism':3,'agents':['A','B','C']}]}".replace('\'', '"');
        TimedAgent unsteady = (context, time) -> {
            time.pass(HOUR);
            if (context.task().attempt() == 1) {
                throw new IllegalStateException("once");
            }
            return Json.NULL;
        };
        try (TestEngine engine = TestEngine.builder()
                .agent("A", unsteady)
                .agent("B", unsteady)
                .agent("C", unsteady)
                .workers(2)
                .slots(2)
                .build()) {
            engine.in(Duration.ofMinutes(90), engine::crashWorker);
            engine.run(plan);
            return engine.store().snapshotHash();
        }
    }

    @Test
    void a_plan_that_names_agents_which_are_not_there_is_refused_with_their_names() {
        try (TestEngine engine =
                TestEngine.builder().agent("B", context -> Json.NULL).build()) {
            assertThatThrownBy(() -> engine.submit(ONE))
                    .isInstanceOf(InvalidPlanException.class)
                    .hasMessageContaining("unknown agent \"A\"");
        }
    }

    @Test
    void a_run_that_cannot_end_is_told_of_with_how_it_stands() {
        try (TestEngine engine = with((context, time) -> Json.NULL).build()) {
            TestRun run = engine.submit(ONE);
            run.pause("waiting for somebody");
            assertThatThrownBy(engine::runUntilEnd)
                    .hasMessageContaining("after 30 days")
                    .hasMessageContaining("paused: waiting for somebody")
                    .hasMessageContaining("P running");
        }
    }

    @Test
    void time_does_not_pass_on_a_thread_of_the_test() {
        try (TestEngine engine = with((context, time) -> Json.NULL).build()) {
            assertThatThrownBy(() -> engine.time().pass(HOUR)).hasMessageContaining("TestEngine.advance");
        }
    }
}
