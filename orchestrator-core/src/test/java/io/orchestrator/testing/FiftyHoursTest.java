package io.orchestrator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.testing.AttemptRecord.End;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the kit is for: a run of days with all that happens to it, as a unit test. */
class FiftyHoursTest {
    private static final Duration HOUR = Duration.ofHours(1);
    /** Far above the second that it should take, because a machine may be busy. */
    private static final Duration GENEROUS = Duration.ofSeconds(20);

    private static final String PLAN = """
            {
              "name": "fifty hours",
              "retry": {"base": "PT10M", "max": "PT1H", "maxAttempts": 4},
              "phases": [
                {"phase": "RESEARCH", "parallelism": 4, "agents": ["Market", "Law", "Users", "Code"]},
                {"phase": "BUILD", "agents": ["Builder"], "timebox": "PT30H"},
                {"phase": "POLISH", "agents": ["Polisher"], "timebox": "PT4H"}
              ]
            }
            """;

    /** Works hour by hour, and saves each of them. */
    private static Json work(AgentContext context, VirtualTime time, long hours) throws InterruptedException {
        for (long done = context.resume().map(c -> c.data().asLong()).orElse(0L); done < hours; done++) {
            time.pass(HOUR);
            context.usage(1_000, new BigDecimal("0.25"), 0);
            context.checkpoint("hour-" + (done + 1), Json.of(done + 1));
        }
        return Json.object("hours", hours);
    }

    private static Json failTwice(AgentContext context, VirtualTime time) throws InterruptedException {
        if (context.task().attempt() < 3) {
            time.pass(HOUR);
            throw new IllegalStateException("the service said 503");
        }
        return work(context, time, 6);
    }

    private static TestEngine engine() {
        return TestEngine.builder()
                .agent("Market", (context, time) -> work(context, time, 10))
                .agent("Law", (context, time) -> work(context, time, 5))
                .agent("Users", FiftyHoursTest::failTwice)
                .agent("Code", (context, time) -> work(context, time, 12))
                .agent("Builder", (context, time) -> work(context, time, 24))
                .agent("Polisher", (context, time) -> work(context, time, 100))
                .workers(3)
                .slots(2)
                .build();
    }

    @Test
    void fifty_hours_with_crashes_retries_a_pause_and_a_timebox_take_about_a_second() {
        long begun = System.nanoTime();
        Duration virtual;
        try (TestEngine engine = engine()) {
            TestRun run = engine.submit(PLAN);
            for (int hour = 3; hour < 36; hour += 8) {
                engine.in(HOUR.multipliedBy(hour).plusMinutes(20), engine::crashWorker);
            }
            engine.in(HOUR.multipliedBy(14), () -> run.pauseAndRecall("nobody is watching"));
            engine.in(HOUR.multipliedBy(22), run::unpause);
            engine.runUntilEnd();
            virtual = engine.elapsed();
            check(run);
        }
        Duration real = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("%d virtual hours in %d ms%n", virtual.toHours(), real.toMillis());
        assertThat(virtual).isBetween(HOUR.multipliedBy(48), HOUR.multipliedBy(56));
        assertThat(real).isLessThan(GENEROUS);
    }

    private static void check(TestRun run) {
        assertThat(run.phase("RESEARCH").state()).isEqualTo(StageState.COMPLETED);
        assertThat(run.output("RESEARCH", "Users")).isEqualTo(Json.object("hours", 6));
        assertThat(run.attempts().stream().filter(a -> a.agent().equals("Users") && a.end() == End.RETRIED))
                .hasSize(2);
        assertThat(run.output("BUILD", "Builder")).isEqualTo(Json.object("hours", 24));
        assertThat(run.attempts()).extracting(AttemptRecord::end).contains(End.CRASHED, End.HANDED_BACK);
        assertThat(run.phase("POLISH").state()).isEqualTo(StageState.TIMED_OUT);
        assertThat(run.task("POLISH", "Polisher").state()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(run.checkpoints(run.task("POLISH", "Polisher").id()))
                .last()
                .satisfies(kept -> assertThat(kept.data().asLong()).isBetween(2L, 4L));
        assertThat(run.state()).isEqualTo(StageState.TIMED_OUT);
        assertThat(run.eventKinds()).contains("run.paused", "run.resumed", "task.reclaimed", "task.retrying");
    }
}
