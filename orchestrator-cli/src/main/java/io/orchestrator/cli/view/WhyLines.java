package io.orchestrator.cli.view;

import io.orchestrator.json.Json;
import io.orchestrator.run.Reason;
import io.orchestrator.run.Situation;
import io.orchestrator.run.WhyDecisions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a run, or one task of it, waits for, for people and as JSON. */
public final class WhyLines {
    private static final int WIDTH = 400;

    private final Instant now;
    private final Optional<String> taskId;

    /**
     * Lines as of an instant.
     *
     * @param taskId of the task that is asked for; else it is the run
     */
    public WhyLines(Instant now, Optional<String> taskId) {
        this.now = now;
        this.taskId = taskId;
    }

    public List<String> text(Situation at) {
        List<String> lines = new ArrayList<>();
        lines.add(task(at).map(task -> "task " + task.name() + " (" + task.id() + ") of run "
                        + at.run().id() + " is " + words(task.state().wire()))
                .orElseGet(() ->
                        "run " + at.run().id() + " is " + words(at.run().state().wire())));
        reasons(at).forEach(reason -> lines.add("  " + line(reason)));
        return lines;
    }

    public Json document(Situation at) {
        String state = task(at).map(task -> task.state().wire())
                .orElseGet(() -> at.run().state().wire());
        return Json.object(
                "runId",
                at.run().id(),
                "taskId",
                taskId.orElse(null),
                "state",
                state,
                "reasons",
                reasons(at).stream().map(WhyLines::document).toList());
    }

    /** The first thing that keeps the run from going on; nothing for one that has ended or in which all that is there runs. */
    public static Optional<Reason> first(Situation at) {
        return WhyDecisions.ofRun(at).stream().filter(Reason::isWaiting).findFirst();
    }

    public static Json document(Reason reason) {
        return Json.object(
                "kind",
                reason.kind().wire(),
                "text",
                reason.text(),
                "since",
                reason.since().map(Instant::toString).orElse(null),
                "until",
                reason.until().map(Instant::toString).orElse(null));
    }

    /** A reason, for how long it has been one, and when it is over. */
    public String line(Reason reason) {
        List<String> times = new ArrayList<>();
        reason.since()
                .ifPresent(since -> times.add((reason.kind() == Reason.Kind.ENDED ? "" : "since ")
                        + since.truncatedTo(ChronoUnit.SECONDS) + ", "
                        + Elapsed.text(Duration.between(since, now))
                        + (reason.kind() == Reason.Kind.ENDED ? " ago" : "")));
        reason.until()
                .ifPresent(until -> times.add("until " + until.truncatedTo(ChronoUnit.SECONDS)
                        + (until.isAfter(now) ? ", in " + Elapsed.text(Duration.between(now, until)) : "")));
        String text = Shortened.line(reason.text(), WIDTH);
        return times.isEmpty() ? text : text + " (" + String.join("; ", times) + ")";
    }

    private List<Reason> reasons(Situation at) {
        return taskId.map(id -> WhyDecisions.ofTask(at, id)).orElseGet(() -> WhyDecisions.ofRun(at));
    }

    private Optional<Situation.Task> task(Situation at) {
        return taskId.flatMap(
                id -> at.tasks().stream().filter(task -> task.id().equals(id)).findFirst());
    }

    private static String words(String state) {
        return state.replace('_', ' ');
    }
}
