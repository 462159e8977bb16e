package io.orchestrator.cli.view;

import io.orchestrator.run.EventKind;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What happened in a run, for a pipe or a log: one line for each change. Where very many tasks ended at once, one line
 * for each phase says so instead.
 */
public final class ChangeLines {
    private static final int MANY = 20;
    private static final int WIDEST_ERROR = 200;

    private final RunView run;
    private final Function<String, Optional<RunView.Task>> tasks;
    private final Map<String, RunView.Phase> phases = new HashMap<>();
    /** Of each phase, how many of the completions that {@code run} counts come later in the events. */
    private final Map<String, Integer> completionsToCome = new HashMap<>();

    /**
     * Lines about a run.
     *
     * @param run read after the events; needs no tasks
     * @param tasks finds a task by its id
     */
    public ChangeLines(RunView run, Function<String, Optional<RunView.Task>> tasks) {
        this.run = run;
        this.tasks = tasks;
        run.phases().forEach(phase -> phases.put(phase.id(), phase));
    }

    /** The lines for events in their order; events that tell people nothing have none. */
    public List<String> of(List<EventView> events) {
        boolean many = events.stream().filter(ChangeLines::isCompletion).count() > MANY;
        events.stream().filter(ChangeLines::isCompletion).forEach(event -> count(event, 1));
        List<String> lines = new ArrayList<>();
        for (EventView event : events) {
            if (isCompletion(event)) {
                count(event, -1);
            }
            Optional<String> line = many && isCompletion(event) ? crowd(event) : line(event);
            line.ifPresent(lines::add);
        }
        return lines;
    }

    private static boolean isCompletion(EventView event) {
        return event.kind().equals(EventKind.TASK_COMPLETED.wire());
    }

    private void count(EventView event, int change) {
        event.phaseId().ifPresent(phase -> completionsToCome.merge(phase, change, Integer::sum));
    }

    /** In place of the last of them. */
    private Optional<String> crowd(EventView event) {
        return event.phaseId()
                .filter(id -> completionsToCome.getOrDefault(id, 0) == 0)
                .flatMap(this::phase)
                .map(phase -> "phase " + phase.name() + " has completed " + Progress.count(phase) + " tasks");
    }

    /** What only another version of the program knows is not told. */
    private Optional<String> line(EventView event) {
        return EventKind.of(event.kind()).flatMap(kind -> line(kind, event));
    }

    private Optional<String> line(EventKind kind, EventView event) {
        return switch (kind) {
            case RUN_SUBMITTED -> Optional.of("run " + run.id() + " (" + run.name() + ") submitted");
            case RUN_PAUSED -> Optional.of("run " + run.id() + " paused" + cause(event, "reason"));
            case RUN_RESUMED -> Optional.of("run " + run.id() + " goes on after a pause");
            case RUN_REOPENED -> Optional.of("run " + run.id() + " goes on with what is not done");
            case RUN_EXTENDED -> Optional.of("run " + run.id() + " has the further phase " + word(event, "phase"));
            case RUN_STARTED -> Optional.of("run " + run.id() + " started");
            case RUN_COMPLETED, RUN_FAILED, RUN_CANCELLED, RUN_TIMED_OUT -> Optional.of(runEnd(event));
            case RUN_UNREADABLE -> Optional.of("run " + run.id() + " cannot go on" + cause(event, "error"));
            case PHASE_DELAYED -> phaseLine(event, "waits " + wait(event) + " before it starts");
            case PHASE_TAKEN_OVER -> phaseLine(event, "taken over from run " + word(event, "fromRun"));
            case PHASE_STARTED -> phaseLine(event, "started");
            case PHASE_COMPLETED, PHASE_FAILED, PHASE_CANCELLED, PHASE_TIMED_OUT -> phaseEnd(event);
            case PHASE_WRAP_UP -> phaseLine(event, "is asked to wrap up: its time is nearly over");
            case PHASE_RETRYING -> withCause(phaseLine(event, "is done again, round " + word(event, "round")), event);
            case PHASE_HOLDING ->
                withCause(phaseLine(event, "waits for a decision"), event).map(line -> line + howToDecide(event));
            case PHASE_DECIDED ->
                withCause(
                        phaseLine(event, "is decided: " + word(event, "decision") + " by " + word(event, "by")), event);
            case TASK_FELL_BACK ->
                task(event, "goes on with " + word(event, "to") + " in place of " + word(event, "from"))
                        .map(line -> line + cause(event, "error"));
            case TASK_STUCK -> withCause(task(event, "is not getting on"), event);
            case TASK_MESSAGE_SLIP ->
                withCause(task(event, "sent a message of type '" + word(event, "type") + "' with a slip in it"), event);
            case TASK_COMPLETED -> task(event, "completed").map(line -> line + count(event));
            case TASK_FAILED, TASK_CANCELLED, TASK_TIMED_OUT, TASK_DEAD ->
                task(event, ending(event)).map(line -> line + count(event) + cause(event, "error"));
            case TASK_RETRYING -> task(event, retry(event)).map(line -> line + cause(event, "error"));
            case TASK_RETRY_RESTORED -> task(event, "is tried again: the timer that it waited for was gone");
            case TASK_HANDED_BACK -> withCause(task(event, "given back"), event);
            case TASK_RECLAIMED -> task(event, "taken back from a worker that is gone, to go on elsewhere");
            case TASK_RESUMED -> task(event, "goes on from a checkpoint that a person chose");
            case BUDGET_WARNING -> Optional.of("the budget of " + scope(event) + " is nearly used up" + howNear(event));
            case BUDGET_EXHAUSTED ->
                Optional.of("the budget of " + scope(event) + " is used up" + cause(event, "reason"));
            case TARGET_HELD -> Optional.of("target " + word(event, "target") + " is held" + cause(event, "reason"));
            case TARGET_RELEASED -> Optional.of("target " + word(event, "target") + " is no longer held");
            // Told by what follows at once, or too often for a person to follow.
            case PHASE_REOPENED, TASK_WAITING, TASK_CHILDREN_ENDED -> Optional.empty();
        };
    }

    private static Optional<String> withCause(Optional<String> line, EventView event) {
        return line.map(text -> text + cause(event, "reason"));
    }

    /** What an event is about that tells of a run or of one of its phases. */
    private String scope(EventView event) {
        return event.phaseId()
                .flatMap(this::phase)
                .map(phase -> "phase " + phase.name())
                .orElse("run " + run.id());
    }

    /** Events of older versions say less. */
    private static String howNear(EventView event) {
        return event.data()
                .text("budget")
                .map(limit -> ": " + word(event, "used") + " of " + word(event, "limit") + " " + limit.replace('_', ' ')
                        + " (" + word(event, "percent") + " %)")
                .orElse("");
    }

    private String howToDecide(EventView event) {
        return event.phaseId()
                .flatMap(this::phase)
                .map(phase -> "; " + Held.howToDecide(run, phase))
                .orElse("");
    }

    private static String word(EventView event, String field) {
        return event.data()
                .get(field)
                .map(value -> value.isText() ? value.asText() : value.toString())
                .orElse("?");
    }

    private Optional<String> phaseLine(EventView event, String what) {
        return event.phaseId().flatMap(this::phase).map(phase -> "phase " + phase.name() + " " + what);
    }

    private Optional<String> phaseEnd(EventView event) {
        return phaseLine(event, ending(event))
                .map(line -> line
                        + event.phaseId()
                                .flatMap(this::phase)
                                .flatMap(phase -> phase.startedAt().map(start -> Duration.between(start, event.at())))
                                .map(took -> " after " + Elapsed.text(took))
                                .orElse(""));
    }

    private Optional<String> task(EventView event, String what) {
        return event.taskId().map(id -> "task " + place(event) + name(id) + " " + what);
    }

    private String name(String taskId) {
        return tasks.apply(taskId).map(TaskName::of).orElse(taskId);
    }

    private String place(EventView event) {
        return event.phaseId()
                .flatMap(this::phase)
                .map(phase -> phase.name() + "/")
                .orElse("");
    }

    private String count(EventView event) {
        return event.phaseId()
                .flatMap(this::phase)
                .map(phase -> " (" + Progress.count(phase, completionsToCome.getOrDefault(phase.id(), 0)) + ")")
                .orElse("");
    }

    private static String wait(EventView event) {
        return event.data()
                .get("delayMs")
                .map(ms -> Elapsed.text(Duration.ofMillis(ms.asLong())))
                .orElse("a while");
    }

    /** The event carries the number of the attempt to come. */
    private static String retry(EventView event) {
        String wait = wait(event);
        String attempt =
                event.attempt().isPresent() ? "attempt " + (event.attempt().getAsInt() - 1) + " failed, " : "";
        return attempt + "retrying in " + wait;
    }

    private static String cause(EventView event, String field) {
        return event.data()
                .text(field)
                .map(text -> ": " + Shortened.ends(text, WIDEST_ERROR))
                .orElse("");
    }

    private String runEnd(EventView event) {
        return "run " + run.id() + " " + ending(event)
                + run.reason()
                        .map(reason -> ": " + Shortened.ends(reason, WIDEST_ERROR))
                        .orElse("");
    }

    private static String ending(EventView event) {
        return event.kind().substring(event.kind().indexOf('.') + 1).replace('_', ' ');
    }

    private Optional<RunView.Phase> phase(String id) {
        return Optional.ofNullable(phases.get(id));
    }
}
