package io.orchestrator.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ChangeLinesTest {
    private static final RunView RUN = Views.run(
            StageState.FAILED,
            Views.phase(
                    "WORK",
                    StageState.FAILED,
                    1,
                    1,
                    Views.task("Hasher", TaskState.COMPLETED, 1),
                    Views.task("Counter", TaskState.FAILED, 3)));

    private final ChangeLines lines =
            new ChangeLines(RUN, id -> Optional.of(Views.task(id.replace("task-", ""), TaskState.RUNNING, 1)));

    @Test
    void each_change_is_one_line() {
        assertThat(lines.of(List.of(
                        event(1, "run.submitted", "", "", Json.EMPTY_OBJECT),
                        event(2, "phase.started", "phase-WORK", "", Json.EMPTY_OBJECT),
                        event(3, "task.completed", "phase-WORK", "task-Hasher", Json.EMPTY_OBJECT),
                        event(
                                4,
                                "task.retrying",
                                "phase-WORK",
                                "task-Counter",
                                Json.object("error", "exit code 1\nno such file", "delayMs", 1_000)),
                        event(5, "task.failed", "phase-WORK", "task-Counter", Json.object("error", "exit code 1")),
                        event(6, "phase.failed", "phase-WORK", "", Json.EMPTY_OBJECT),
                        event(7, "run.failed", "", "", Json.EMPTY_OBJECT),
                        event(8, "something.new", "", "", Json.EMPTY_OBJECT))))
                .containsExactly(
                        "run run-1 (audit) submitted",
                        "phase WORK started",
                        "task WORK/Hasher completed (1/2)",
                        "task WORK/Counter attempt 1 failed, retrying in 1.0s: exit code 1 no such file",
                        "task WORK/Counter failed (1/2): exit code 1",
                        "phase WORK failed after 5.0s",
                        "run run-1 failed: phase WORK: exit code 1");
    }

    @Test
    void a_budget_says_which_limit_is_near_and_how_near() {
        Json near = Json.object("budget", "tools_minutes", "used", 92.5, "limit", 100, "percent", 92);
        assertThat(lines.of(List.of(
                        event(1, "budget.warning", "phase-WORK", "", near),
                        event(
                                2,
                                "budget.warning",
                                "",
                                "",
                                Json.object("budget", "usd", "used", 4.6, "limit", 5, "percent", 92)),
                        event(3, "budget.warning", "", "", Json.object("used", 12)),
                        event(
                                4,
                                "budget.exhausted",
                                "phase-WORK",
                                "",
                                Json.object("reason", "used 6 of 5 US dollars")))))
                .containsExactly(
                        "the budget of phase WORK is nearly used up: 92.5 of 100 tools minutes (92 %)",
                        "the budget of run run-1 is nearly used up: 4.6 of 5 usd (92 %)",
                        "the budget of run run-1 is nearly used up",
                        "the budget of phase WORK is used up: used 6 of 5 US dollars");
    }

    @Test
    void very_many_completions_at_once_are_one_line_for_their_phase() {
        List<EventView> events = LongStream.rangeClosed(1, 300)
                .mapToObj(seq -> event(seq, "task.completed", "phase-WORK", "task-" + seq, Json.EMPTY_OBJECT))
                .toList();

        List<EventView> all = new ArrayList<>(events);
        all.addFirst(event(0, "phase.started", "phase-WORK", "", Json.EMPTY_OBJECT));
        all.add(event(301, "phase.completed", "phase-WORK", "", Json.EMPTY_OBJECT));

        assertThat(lines.of(all))
                .containsExactly(
                        "phase WORK started", "phase WORK has completed 1/2 tasks", "phase WORK completed after 5.0s");
    }

    @Test
    void the_count_is_that_of_its_moment_and_not_of_the_last() {
        RunView done = Views.run(
                StageState.RUNNING,
                Views.phase(
                        "WORK",
                        StageState.COMPLETED,
                        2,
                        1,
                        Views.task("A", TaskState.COMPLETED, 1),
                        Views.task("B", TaskState.COMPLETED, 1),
                        Views.task("C", TaskState.FAILED, 1)));

        assertThat(new ChangeLines(done, id -> Optional.of(Views.task(id.replace("task-", ""), TaskState.RUNNING, 1)))
                        .of(List.of(
                                event(1, "task.completed", "phase-WORK", "task-A", Json.EMPTY_OBJECT),
                                event(2, "task.failed", "phase-WORK", "task-C", Json.EMPTY_OBJECT),
                                event(3, "task.completed", "phase-WORK", "task-B", Json.EMPTY_OBJECT))))
                .containsExactly(
                        "task WORK/A completed (1/3)", "task WORK/C failed (1/3)", "task WORK/B completed (2/3)");
    }

    @Test
    void a_run_that_was_continued_says_so() {
        assertThat(lines.of(List.of(event(1, "run.reopened", "", "", Json.EMPTY_OBJECT))))
                .containsExactly("run run-1 goes on with what is not done");
    }

    private static EventView event(long seq, String kind, String phaseId, String taskId, Json data) {
        return Views.event(seq, kind, phaseId, taskId, data);
    }
}
