package io.orchestrator.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveViewTest {
    private static final RunView RUN = Views.run(
            StageState.RUNNING,
            Views.phase("INTAKE", StageState.COMPLETED, 1, 0, Views.task("Lister", TaskState.COMPLETED, 1)),
            Views.phase(
                    "WORK",
                    StageState.RUNNING,
                    1,
                    0,
                    Views.task("Hasher", TaskState.COMPLETED, 1),
                    Views.task("Counter", TaskState.RUNNING, 2),
                    Views.task("Finder", TaskState.RETRYING, 1)),
            Views.phase("REPORT", StageState.PENDING, 0, 0));

    @Test
    void a_run_is_a_head_a_line_for_each_phase_and_its_running_agents() {
        List<String> lines = LiveView.lines(RUN, Views.START.plusSeconds(65), new TerminalSize(100, 24));

        assertThat(lines)
                .containsExactly(
                        "audit  running  1m 05s  12,345 tokens, $0.43, 12s of tools  run-1",
                        "  INTAKE  [########################] 1/1 completed  5.0s",
                        "  WORK    [########----------------] 1/3 running (1 now)  1m 05s",
                        "      Counter   40%  1m 05s  attempt 2  counting java",
                        "      Finder  waits for attempt 2",
                        "  REPORT  [------------------------] pending");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 10, 20, 40, 79, 80, 200})
    void no_line_reaches_the_edge_of_the_terminal_however_narrow(int columns) {
        assertThat(LiveView.lines(RUN, Views.START, new TerminalSize(columns, 24)))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(Math.max(1, columns - 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 6, 7, 10, 15, 17, 20, 40, 56, 57, 58, 80})
    void the_id_of_the_run_is_whole_however_narrow_the_terminal_is(int columns) {
        assertThat(String.join("", LiveView.lines(RUN, Views.START.plusSeconds(65), new TerminalSize(columns, 24))))
                .contains("run-1");
        if (columns > 5) {
            assertThat(LiveView.lines(RUN, Views.START, new TerminalSize(columns, 24)))
                    .anyMatch(line -> line.endsWith("run-1"));
        }
    }

    @Test
    void a_terminal_of_two_lines_shows_the_id_before_anything_else() {
        assertThat(LiveView.lines(RUN, Views.START, new TerminalSize(8, 2))).containsExactly("run-1");
    }

    @Test
    void why_an_attempt_failed_is_seen_where_its_error_is_longer_than_the_line() {
        RunView run = Views.run(
                StageState.RUNNING,
                Views.phase(
                        "WORK",
                        StageState.RUNNING,
                        0,
                        0,
                        Views.task(
                                "Finder",
                                TaskState.RETRYING,
                                1,
                                Optional.empty(),
                                Optional.of("agent 'Finder' failed with exit code 1; its stderr ends with:\n"
                                        + "Traceback (most recent call last):\n  File x\n".repeat(20)
                                        + "ValueError: no such page"))));

        assertThat(LiveView.lines(run, Views.START, new TerminalSize(100, 24)).getLast())
                .startsWith("      Finder  waits for attempt 2: agent 'Finder' failed")
                .contains(" … ")
                .endsWith("ValueError: no such page")
                .hasSizeLessThan(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 10, 24})
    void there_are_never_more_lines_than_fit(int rows) {
        RunView.Phase[] phases = IntStream.range(0, 40)
                .mapToObj(i -> Views.phase(
                        "P" + i,
                        i < 30 ? StageState.COMPLETED : StageState.RUNNING,
                        0,
                        0,
                        IntStream.range(0, 30)
                                .mapToObj(t -> Views.task("T" + t, TaskState.RUNNING, 1))
                                .toArray(RunView.Task[]::new)))
                .toArray(RunView.Phase[]::new);

        List<String> lines =
                LiveView.lines(Views.run(StageState.RUNNING, phases), Views.START, new TerminalSize(80, rows));

        assertThat(lines).hasSizeBetween(1, Math.max(1, rows - 1));
        assertThat(lines.getFirst()).startsWith("audit");
        if (rows > 5) {
            assertThat(lines).anyMatch(line -> line.contains("P30"));
        }
    }

    @Test
    void control_characters_of_agents_never_reach_the_terminal() {
        RunView run = Views.run(
                StageState.RUNNING,
                Views.phase(
                        "WORK", StageState.RUNNING, 0, 0, Views.task("\033[2J\u202Eevil\r\n", TaskState.RUNNING, 1)));

        assertThat(String.join("", LiveView.lines(run, Views.START, TerminalSize.USUAL)))
                .doesNotContain("\033", "\u202E", "\r", "\n")
                .contains("evil");
    }
}
