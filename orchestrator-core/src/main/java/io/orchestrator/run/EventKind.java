package io.orchestrator.run;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What can happen in a run, as its events tell it. {@code docs/events.md} explains each kind and each field of its data.
 * The words are stored and read by others, so none is ever changed or used again for something else.
 */
public enum EventKind {
    RUN_SUBMITTED("run.submitted", "name"),
    /** Its instant has come; only of a run that was to start later. */
    RUN_STARTED("run.started"),
    RUN_PAUSED("run.paused", "reason"),
    /** A pause is over. */
    RUN_RESUMED("run.resumed"),
    /** It is continued after a bad end. */
    RUN_REOPENED("run.reopened"),
    /** A phase was added to it; one that had completed goes on. */
    RUN_EXTENDED("run.extended", "phase"),
    RUN_COMPLETED("run.completed"),
    RUN_FAILED("run.failed"),
    /** Forced, with why, where its tasks could not end one by one. */
    RUN_CANCELLED("run.cancelled", "forced"),
    RUN_TIMED_OUT("run.timed_out"),
    /** Its plan cannot be read, so that all that is left is to end it. */
    RUN_UNREADABLE("run.unreadable", "error"),

    PHASE_TAKEN_OVER("phase.taken_over", "phase", "fromRun", "fromPhase"),
    PHASE_DELAYED("phase.delayed", "phase", "delayMs"),
    PHASE_STARTED("phase.started", "phase"),
    PHASE_WRAP_UP("phase.wrap_up"),
    /** A further round begins. */
    PHASE_RETRYING("phase.retrying", "phase", "round", "reason"),
    PHASE_HOLDING("phase.holding", "phase", "round", "reason"),
    PHASE_DECIDED("phase.decided", "phase", "decision", "by", "round", "reason"),
    PHASE_REOPENED("phase.reopened", "phase"),
    PHASE_COMPLETED("phase.completed", "phase"),
    PHASE_FAILED("phase.failed", "phase"),
    PHASE_CANCELLED("phase.cancelled", "phase"),
    PHASE_TIMED_OUT("phase.timed_out", "phase"),

    /** An attempt failed, and another one comes. The event has the number of the one to come. */
    TASK_RETRYING("task.retrying", "error", "delayMs", "startedAt"),
    /** It waited for a retry whose timer was gone, and was queued without it. */
    TASK_RETRY_RESTORED("task.retry_restored"),
    TASK_HANDED_BACK("task.handed_back", "reason", "startedAt"),
    /** For its children, without a slot. */
    TASK_WAITING("task.waiting", "children", "startedAt"),
    TASK_CHILDREN_ENDED("task.children_ended"),
    /** Its worker lost the lease. */
    TASK_RECLAIMED("task.reclaimed"),
    TASK_FELL_BACK("task.fell_back", "from", "to", "error"),
    TASK_STUCK("task.stuck", "reason", "action"),
    /** Its program has sent a line that seems to be a message and has a slip in it. Once for each type and attempt. */
    TASK_MESSAGE_SLIP("task.message_slip", "type", "reason", "line"),
    /** A person wants it done now, from a checkpoint of their choice. */
    TASK_RESUMED("task.resumed"),
    TASK_COMPLETED("task.completed"),
    TASK_FAILED("task.failed", "error"),
    TASK_CANCELLED("task.cancelled", "error"),
    TASK_TIMED_OUT("task.timed_out", "error"),
    TASK_DEAD("task.dead", "error"),

    BUDGET_WARNING("budget.warning", "budget", "used", "limit", "percent"),
    BUDGET_EXHAUSTED("budget.exhausted", "reason"),

    /** A breaker closed the target's gate. */
    TARGET_HELD("target.held", "target", "reason"),
    TARGET_RELEASED("target.released", "target");

    private static final Map<String, EventKind> BY_WORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventKind::wire, Function.identity()));

    private final String wire;

    @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
    private final List<String> fields;

    EventKind(String wire, String... fields) {
        this.wire = wire;
        this.fields = List.of(fields);
    }

    /** The word in the database and in JSON. */
    public String wire() {
        return wire;
    }

    /** What its data may have, each of them or not. */
    public List<String> fields() {
        return fields;
    }

    /** Empty for what only another version of the program knows. */
    public static Optional<EventKind> of(String wire) {
        return Optional.ofNullable(BY_WORD.get(wire));
    }

    /** Tells of a task's end. */
    public static EventKind ofEnd(TaskState end) {
        return switch (end) {
            case COMPLETED -> TASK_COMPLETED;
            case FAILED -> TASK_FAILED;
            case CANCELLED -> TASK_CANCELLED;
            case TIMED_OUT -> TASK_TIMED_OUT;
            case DEAD -> TASK_DEAD;
            case PENDING, QUEUED, RUNNING, RETRYING, WAITING -> throw noEnd(end.wire());
        };
    }

    /** Tells of a phase's end. */
    public static EventKind ofPhaseEnd(StageState end) {
        return switch (end) {
            case COMPLETED -> PHASE_COMPLETED;
            case FAILED -> PHASE_FAILED;
            case CANCELLED -> PHASE_CANCELLED;
            case TIMED_OUT -> PHASE_TIMED_OUT;
            case PENDING, RUNNING, HOLDING -> throw noEnd(end.wire());
        };
    }

    /** Tells of a run's end. */
    public static EventKind ofRunEnd(StageState end) {
        return switch (end) {
            case COMPLETED -> RUN_COMPLETED;
            case FAILED -> RUN_FAILED;
            case CANCELLED -> RUN_CANCELLED;
            case TIMED_OUT -> RUN_TIMED_OUT;
            case PENDING, RUNNING, HOLDING -> throw noEnd(end.wire());
        };
    }

    private static IllegalArgumentException noEnd(String state) {
        return new IllegalArgumentException("'" + state + "' is not an end");
    }
}
