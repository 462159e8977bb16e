package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Retention;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.testing.servers.TestServers;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The engine does its work as a user without any right to the schema. */
class RuntimeRoleIT {
    private static final String PLAN = """
            {
              "name": "everything that writes",
              "timebox": "PT10M",
              "budgets": {"tokens": 1000},
              "retry": {"base": "PT0.05S", "maxAttempts": 2},
              "phases": [
                {"phase": "PARENTS", "parallelism": 2, "timebox": "PT5M", "agents": ["Parent", "Unsteady"]},
                {"phase": "FALLBACK", "delay": "PT0.1S", "agents": [{"agent": "Broken", "fallback": "Steady"}]},
                {"phase": "RUBRIC", "agents": ["Improving"], "rubrics": {"score_min": 2}, "onRubricMiss": "retry"}
              ]
            }
            """;

    private static DatabaseUrl runtimeUser() {
        DatabaseUrl owner = TestServers.newDatabase();
        String name = "services_of_" + owner.database();
        TestServers.execute(owner, "CREATE ROLE " + name + " LOGIN PASSWORD 'secret' IN ROLE orchestrator_runtime");
        return new DatabaseUrl(
                owner.host(), owner.port(), owner.database(), Optional.of(name), Optional.of("secret"), owner.query());
    }

    private static Engine engine(DatabaseUrl url) {
        return new Engine(url, TestServers.redisUrl(), Duration.ofSeconds(3))
                .agent("Child", context -> Json.NULL)
                .agent("Steady", context -> context.step("once", () -> Json.of(1)))
                .agent("Parent", context -> {
                    if (context.children().results().isEmpty()) {
                        context.children().submit("child", "Child", Json.EMPTY_OBJECT);
                        throw context.awaitChildren();
                    }
                    return Json.NULL;
                })
                .agent("Unsteady", context -> {
                    context.usage(10, BigDecimal.ONE, 1);
                    context.checkpoint("one", Json.of(1));
                    context.heartbeat(0.5, "half");
                    if (context.task().attempt() == 1) {
                        throw AgentFailure.retryable("once");
                    }
                    return Json.NULL;
                })
                .agent("Broken", context -> {
                    throw AgentFailure.permanent("always");
                })
                .agent("Improving", context -> {
                    int score = context.input().has("rubricMiss") ? 3 : 1;
                    return Json.object("metrics", Json.object("score", score));
                });
    }

    @Test
    void a_plan_with_all_that_writes_runs_through_as_the_runtime_role() {
        try (Engine engine = engine(runtimeUser()).start(4)) {
            String run = engine.submit(PLAN);
            assertThat(engine.store.gates().close(Gate.ofRun(run), Closing.because("a test")))
                    .isTrue();
            engine.announcer.announce(engine.store.gates().open(Gate.ofRun(run)).ready());
            RunView end = engine.awaitEnd(run);
            assertThat(end.reason()).isEmpty();
            assertThat(end.state()).isEqualTo(StageState.COMPLETED);
            assertThat(end.usage().tokens()).isEqualTo(20);
            assertThat(engine.store.retention().clean(Retention.Days.DEFAULT).events())
                    .isZero();
        }
    }
}
