package io.orchestrator.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.testing.AttemptRecord;
import io.orchestrator.testing.AttemptRecord.End;
import io.orchestrator.testing.TestEngine;
import io.orchestrator.testing.TestRun;
import io.orchestrator.testing.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a plan of hours and its agents are tested; docs/testing.md shows parts of this file. */
class OvernightPlanTest {
    // docs:plan
    private static final String PLAN = """
            {
              "name": "overnight",
              "retry": {"base": "PT1M", "maxAttempts": 3},
              "phases": [
                {"phase": "COLLECT", "parallelism": 2, "agents": ["Crawler", "Importer"]},
                {"phase": "REPORT", "timebox": "PT2H", "agents": ["Reporter"]}
              ]
            }
            """;
    // docs:end

    // docs:agent
    /** Eight hours of work, an hour at a time; what is done is never done again. */
    private static Json crawl(AgentContext context, VirtualTime time) throws InterruptedException {
        long done = context.resume().map(saved -> saved.data().asLong()).orElse(0L);
        while (done < 8) {
            time.pass(Duration.ofHours(1));
            done++;
            context.checkpoint("hour-" + done, Json.of(done));
        }
        return Json.object("pages", done * 1_000);
    }
    // docs:end

    private static final Agent IMPORTER = context -> {
        if (context.task().attempt() == 1) {
            throw new IllegalStateException("the source was busy");
        }
        return Json.object("rows", 7);
    };

    private static final Agent REPORTER =
            context -> context.upstream().get("COLLECT").orElseThrow();

    // docs:test
    @Test
    void a_crash_at_night_costs_the_hour_that_was_not_saved_and_nothing_else() {
        try (TestEngine engine = TestEngine.builder()
                .agent("Crawler", OvernightPlanTest::crawl)
                .agent("Importer", IMPORTER)
                .agent("Reporter", REPORTER)
                .workers(2)
                .build()) {
            engine.in(Duration.ofMinutes(330), engine::crashWorker);

            TestRun run = engine.run(PLAN);

            assertThat(run.state()).isEqualTo(StageState.COMPLETED);
            assertThat(run.output("REPORT", "Reporter"))
                    .isEqualTo(Json.parse("{\"Crawler\":{\"pages\":8000},\"Importer\":{\"rows\":7}}"));
            assertThat(engine.elapsed()).isBetween(Duration.ofHours(8), Duration.ofHours(9));
        }
    }
    // docs:end

    // docs:pause
    @Test
    void a_pause_stops_the_clock_of_the_timebox() {
        try (TestEngine engine = TestEngine.builder()
                .agent("Crawler", context -> Json.NULL)
                .agent("Importer", context -> Json.NULL)
                .agent("Reporter", (context, time) -> {
                    time.pass(Duration.ofMinutes(90));
                    return Json.NULL;
                })
                .build()) {
            TestRun run = engine.submit(PLAN);
            engine.advance(Duration.ofMinutes(10));
            run.pauseAndRecall("the API is down");
            engine.advance(Duration.ofHours(12));
            run.unpause();
            engine.runUntilEnd();

            assertThat(run.state()).isEqualTo(StageState.COMPLETED);
            assertThat(run.eventKinds()).containsSubsequence("run.paused", "run.resumed", "run.completed");
        }
    }
    // docs:end

    @Test
    void attempts_tell_who_did_what_and_for_how_long() {
        try (TestEngine engine = TestEngine.builder()
                .agent("Crawler", OvernightPlanTest::crawl)
                .agent("Importer", IMPORTER)
                .agent("Reporter", REPORTER)
                .build()) {
            TestRun run = engine.run(PLAN);
            assertThat(run.attempts().stream().filter(attempt -> attempt.agent().equals("Importer")))
                    .extracting(AttemptRecord::end)
                    .containsExactly(End.RETRIED, End.COMPLETED);
        }
    }
}
