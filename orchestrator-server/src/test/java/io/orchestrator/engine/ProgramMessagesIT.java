package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.worker.program.ProgramAgent;
import io.orchestrator.worker.program.ProgramHost;
import io.orchestrator.worker.program.ProgramSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slips in what programs say, on the whole engine. */
class ProgramMessagesIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    private RunView run(String script, String more) {
        ProgramSpec program =
                ProgramSpec.of("Program", List.of("sh", "-c", "head -n 1 >/dev/null; " + script), directory);
        engine.agent("Program", new ProgramAgent(program, ProgramHost.of("worker-of-slips")))
                .start(1);
        return engine.awaitEnd(engine.submit(
                "{'name':'x','retry':{'maxAttempts':1}," + more + "'phases':[{'phase':'P','agents':['Program']}]}"));
    }

    @Test
    void a_budget_stops_a_program_that_reports_its_usage_in_quotes() {
        RunView end = run(
                "for i in 1 2 3 4 5 6 7 8 9 10; do"
                        + " echo '{\"type\":\"usage\",\"tokens\":\"5000\",\"costUsd\":\"0.5\"}';"
                        + " echo '{\"type\":\"heartbeat\"}'; done; echo '{\"type\":\"result\",\"output\":1}'",
                "'budgets':{'usd':1.0,'tokens':10000},");
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.usage().tokens()).isEqualTo(15_000);
        assertThat(end.usage().costUsd()).isEqualByComparingTo("1.5");
    }

    @Test
    void what_is_not_certain_fails_the_task_and_the_rest_is_told_once_for_each_type() {
        RunView end = run(
                "for i in 1 2 3; do echo '{\"type\":\"heartbeat\",\"progress\":7}'; done;"
                        + " echo '{\"type\":\"result\",\"output\":{\"a\":1,\"a\":2}}'",
                "");
        RunView.Task task = end.phases().getFirst().tasks().getFirst();
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.error().orElseThrow()).contains("type 'result' with a slip in it", "{\"a\":1,\"a\":2}");
        List<EventView> slips = engine.store.runs().events(end.id(), 0, 100).stream()
                .filter(event -> event.kind().equals("task.message_slip"))
                .toList();
        assertThat(slips)
                .extracting(event -> event.data().get("type"))
                .containsExactly(Optional.of(Json.of("heartbeat")), Optional.of(Json.of("result")));
        assertThat(slips.getFirst().data().text("line")).contains("{\"type\":\"heartbeat\",\"progress\":7}");
    }
}
