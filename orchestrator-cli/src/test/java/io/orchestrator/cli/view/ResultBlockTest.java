package io.orchestrator.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResultBlockTest {
    @Test
    void a_completed_run_shows_its_phases_what_it_used_and_the_last_outputs() {
        RunView run = Views.run(
                StageState.COMPLETED,
                Views.phase("INTAKE", StageState.COMPLETED, 1, 0, Views.task("Lister", TaskState.COMPLETED, 1)),
                Views.phase(
                        "REPORT",
                        StageState.COMPLETED,
                        1,
                        0,
                        Views.task(
                                "Reporter",
                                TaskState.COMPLETED,
                                1,
                                Optional.of(Json.of("42 files\n7 languages")),
                                Optional.empty())));

        assertThat(ResultBlock.lines(run, Views.START))
                .containsExactly(
                        "audit (run-1) completed after 1m 15s",
                        "  PHASE   STATE      TASKS  TIME",
                        "  INTAKE  completed  1/1    5.0s",
                        "  REPORT  completed  1/1    5.0s",
                        "used: 12,345 tokens, $0.43, 12s of tools",
                        "",
                        "REPORT/Reporter:",
                        "  42 files",
                        "  7 languages");
    }

    @Test
    void a_failed_run_shows_which_task_failed_its_attempts_and_the_end_of_its_error() {
        String error = IntStream.rangeClosed(1, 100).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));
        RunView run = Views.run(
                StageState.FAILED,
                Views.phase(
                        "WORK",
                        StageState.FAILED,
                        0,
                        1,
                        Views.task("Counter", TaskState.FAILED, 3, Optional.empty(), Optional.of(error))));

        List<String> lines = ResultBlock.lines(run, Views.START);

        assertThat(lines)
                .startsWith("audit (run-1) failed after 1m 15s: phase WORK: exit code 1")
                .contains("WORK/Counter failed after 3 attempts (task-Counter):", "  (75 lines left out)", "  line 76")
                .contains("  line 100")
                .endsWith("  see its log: orchestrator logs task-Counter")
                .doesNotContain("  line 75");
    }

    @Test
    void a_long_output_is_cut_and_says_so() {
        String output = IntStream.range(0, 50).mapToObj(i -> "x".repeat(500)).collect(Collectors.joining("\n"));
        RunView run = Views.run(
                StageState.COMPLETED,
                Views.phase(
                        "REPORT",
                        StageState.COMPLETED,
                        1,
                        0,
                        Views.task(
                                "Reporter", TaskState.COMPLETED, 1, Optional.of(Json.of(output)), Optional.empty())));

        List<String> lines = ResultBlock.lines(run, Views.START);

        assertThat(lines).endsWith("  (30 more lines)");
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(165));
    }
}
