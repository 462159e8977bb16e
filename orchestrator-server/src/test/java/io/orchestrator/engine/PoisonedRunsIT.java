package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import io.orchestrator.testing.servers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose rows somebody has spoilt, in one engine with sound ones: these complete, and the others come to an end. */
class PoisonedRunsIT {
    private static final String DEEP = "('{\"x\": ' || repeat('[', 5000) || repeat(']', 5000) || '}')::jsonb";
    private static final String TWO_PHASES =
            "{'name':'two','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['A']}]}";

    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    private String spoilt(String assignment) {
        String run = engine.submitUnannounced(TWO_PHASES);
        TestServers.execute(
                engine.url,
                assignment + " WHERE " + (assignment.contains("UPDATE runs") ? "id" : "run_id") + " = '" + run + "'");
        return run;
    }

    /** All are queued before the worker looks, so that it claims them together. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE runs SET inputs = " + DEEP,
                "UPDATE runs SET inputs = '[]'",
                "UPDATE runs SET plan = " + DEEP,
                "UPDATE runs SET plan = '{\"name\":\"two\"}'",
                "UPDATE runs SET agents = '3'",
                "UPDATE tasks SET input = " + DEEP,
                "UPDATE tasks SET budget = '{\"tokens\": \"all\"}'"
            })
    void a_run_that_cannot_be_read_fails_and_those_claimed_with_it_complete(String assignment) {
        engine.agent("A", ctx -> Json.of("done"));
        String poisoned = spoilt(assignment);
        List<String> sound = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sound.add(engine.submitUnannounced(TWO_PHASES));
        }
        engine.start(8);
        sound.forEach(run -> assertThat(engine.awaitEnd(run).state()).isEqualTo(StageState.COMPLETED));
        RunView end = engine.awaitEnd(poisoned);
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        RunView.Task task = end.phases().getFirst().tasks().getFirst();
        assertThat(task.state()).isEqualTo(TaskState.DEAD);
        assertThat(task.error().orElseThrow()).contains("cannot be read");
    }

    @Test
    void an_end_that_cannot_be_recorded_is_not_worked_for_again_and_the_ends_beside_it_are_recorded() {
        CountDownLatch spoiltByNow = new CountDownLatch(1);
        List<String> done = java.util.Collections.synchronizedList(new ArrayList<>());
        engine.agent("A", ctx -> {
            spoiltByNow.await();
            done.add(ctx.task().runId());
            return Json.of("done");
        });
        String poisoned = engine.submit("{'name':'one','phases':[{'phase':'P','agents':['A']}]}");
        String sound = engine.submit("{'name':'one','phases':[{'phase':'P','agents':['A']}]}");
        engine.start(8);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> List.of(poisoned, sound).stream()
                        .allMatch(run -> engine.tasks(run).getFirst().state() == TaskState.RUNNING));
        TestServers.execute(engine.url, "UPDATE phases SET open = 0 WHERE run_id = '" + poisoned + "'");
        spoiltByNow.countDown();
        assertThat(engine.awaitEnd(sound).state()).isEqualTo(StageState.COMPLETED);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> engine.tasks(poisoned).getFirst().state() == TaskState.QUEUED);
        // Whatever would be done again is done before this.
        String later = engine.submit("{'name':'one','phases':[{'phase':'P','agents':['A']}]}");
        engine.awaitEnd(later);
        assertThat(done).containsOnlyOnce(poisoned);
        assertThat(engine.store.runs().cancel(poisoned, "enough")).isTrue();
    }
}
