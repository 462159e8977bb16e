package io.orchestrator.attempt;

import io.orchestrator.run.EventKind;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What became of a task's attempts, one after the other, as its run's events tell it. Pure. */
public final class AttemptHistory {
    private final RunView.Task task;
    private final List<Past> past = new ArrayList<>();
    /** The number of the attempt that the next event tells of. */
    private int number = 1;

    private AttemptHistory(RunView.Task task) {
        this.task = task;
    }

    /**
     * An attempt, or a part of one: who is handed back or waits for children goes on in the same attempt.
     *
     * @param epoch under which it was held, or that its end brought about
     * @param startedAt where the events tell it
     * @param endedAt empty while it runs
     * @param ended how, in a word
     * @param why the error or the reason, where there is one
     */
    public record Past(
            int attempt,
            long epoch,
            Optional<String> workerId,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            String ended,
            Optional<String> why) {}

    /**
     * What became of the attempts of a task.
     *
     * @param events of the task's run, in order; those of others are passed over
     */
    public static List<Past> of(RunView.Task task, List<EventView> events) {
        AttemptHistory history = new AttemptHistory(task);
        events.stream()
                .filter(event -> event.taskId().equals(Optional.of(task.id())))
                .forEach(event -> EventKind.of(event.kind()).ifPresent(kind -> history.add(kind, event)));
        history.tellTheStartOfTheLast();
        if (task.state() == TaskState.RUNNING) {
            history.past.add(new Past(
                    task.attempts(),
                    task.epoch(),
                    task.workerId(),
                    task.startedAt(),
                    Optional.empty(),
                    TaskState.RUNNING.wire(),
                    task.message()));
        }
        return List.copyOf(history.past);
    }

    /** The end of a task does not say when it was claimed, but the task does. */
    private void tellTheStartOfTheLast() {
        if (task.state().isFinal() && !past.isEmpty()) {
            Past last = past.removeLast();
            past.add(new Past(
                    last.attempt(),
                    last.epoch(),
                    last.workerId(),
                    last.startedAt().or(task::startedAt),
                    last.endedAt(),
                    last.ended(),
                    last.why()));
        }
    }

    private void add(EventKind kind, EventView event) {
        switch (kind) {
            case TASK_RETRYING -> {
                end(event, "failed", "error");
                number = event.attempt().orElse(number + 1);
            }
            case TASK_FELL_BACK -> {
                end(event, "fell back to " + event.data().text("to").orElse("another"), "error");
                number = 1;
            }
            case TASK_HANDED_BACK -> end(event, "handed back", "reason");
            case TASK_WAITING -> end(event, "waited for children", "reason");
            case TASK_RECLAIMED -> end(event, "lost with its worker", "reason");
            case TASK_RESUMED -> {
                end(event, "resumed by a person", "reason");
                number = event.attempt().orElse(number);
            }
            case TASK_COMPLETED, TASK_FAILED, TASK_CANCELLED, TASK_TIMED_OUT, TASK_DEAD -> {
                number = event.attempt().orElse(number);
                end(event, kind.wire().substring("task.".length()).replace('_', ' '), "error");
            }
            // Neither the end of an attempt nor the beginning of one.
            case TASK_CHILDREN_ENDED,
                    TASK_RETRY_RESTORED,
                    RUN_UNREADABLE,
                    TASK_MESSAGE_SLIP,
                    RUN_EXTENDED,
                    TASK_STUCK,
                    RUN_SUBMITTED,
                    RUN_STARTED,
                    RUN_PAUSED,
                    RUN_RESUMED,
                    RUN_REOPENED,
                    RUN_COMPLETED,
                    RUN_FAILED,
                    RUN_CANCELLED,
                    RUN_TIMED_OUT,
                    PHASE_TAKEN_OVER,
                    PHASE_DELAYED,
                    PHASE_STARTED,
                    PHASE_WRAP_UP,
                    PHASE_RETRYING,
                    PHASE_HOLDING,
                    PHASE_DECIDED,
                    PHASE_REOPENED,
                    PHASE_COMPLETED,
                    PHASE_FAILED,
                    PHASE_CANCELLED,
                    PHASE_TIMED_OUT,
                    BUDGET_WARNING,
                    BUDGET_EXHAUSTED,
                    TARGET_HELD,
                    TARGET_RELEASED -> {}
        }
    }

    private void end(EventView event, String how, String field) {
        Optional<Instant> started = event.data()
                .text("startedAt")
                .filter(text -> !text.equals("null"))
                .map(Instant::parse);
        past.add(new Past(
                number,
                event.epoch().orElse(0),
                event.workerId(),
                started,
                Optional.of(event.at()),
                how,
                event.data().text(field)));
    }
}
