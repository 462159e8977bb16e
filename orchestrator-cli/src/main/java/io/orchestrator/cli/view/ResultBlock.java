package io.orchestrator.cli.view;

import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a run ended, or how it stands, for people: its phases, what was used, outputs, and what failed and why. */
public final class ResultBlock {
    private static final int WIDTH = 160;
    private static final int MOST_FAILURES = 10;
    private static final int MOST_OUTPUTS = 5;
    private static final int ERROR_LINES = 25;
    private static final int OUTPUT_LINES = 20;

    private ResultBlock() {}

    /** Needs the run with its tasks. */
    public static List<String> lines(RunView run, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add(head(run, now));
        addPhases(lines, run, now);
        lines.add("used: " + Spend.text(run.usage()));
        addFailures(lines, run);
        if (run.state() == StageState.COMPLETED) {
            addOutputs(lines, run);
        }
        return lines;
    }

    private static String head(RunView run, Instant now) {
        String time = took(run.startedAt(), run.finishedAt(), now)
                .map(took -> (run.state().isFinal() ? " after " : " for ") + took)
                .orElse("");
        String paused = run.paused()
                .map(pause -> ", paused for " + Elapsed.text(Duration.between(pause.since(), now)))
                .orElse("");
        return run.name() + " (" + run.id() + ") " + Standing.unpaused(run) + time + paused
                + run.reason()
                        .or(() -> run.paused().map(RunView.Paused::reason))
                        .map(r -> ": " + Shortened.ends(r, WIDTH))
                        .orElse("");
    }

    private static void addPhases(List<String> lines, RunView run, Instant now) {
        Table table = new Table(40, "  PHASE", "STATE", "TASKS", "TIME");
        for (RunView.Phase phase : run.phases()) {
            String failed = phase.failed() == 0 ? "" : ", " + phase.failed() + " failed";
            table.row(
                    "  " + phase.name(),
                    words(phase.state().wire()),
                    phase.takenFrom().map(from -> "of " + from).orElse(Progress.count(phase) + failed),
                    took(phase.startedAt(), phase.finishedAt(), now).orElse("-"));
        }
        lines.addAll(table.lines());
        for (RunView.Phase phase : run.phases()) {
            Held.lines(run, phase).forEach(line -> lines.add("  " + phase.name() + " " + line));
        }
    }

    private static void addFailures(List<String> lines, RunView run) {
        int failures = 0;
        for (RunView.Phase phase : run.phases()) {
            for (RunView.Task task : phase.tasks()) {
                if (isFailure(task.state())) {
                    failures++;
                    if (failures <= MOST_FAILURES) {
                        addFailure(lines, phase, task);
                    }
                }
            }
        }
        if (failures > MOST_FAILURES) {
            lines.add("and " + (failures - MOST_FAILURES) + " more tasks that failed: see orchestrator tasks "
                    + run.id());
        }
    }

    private static void addFailure(List<String> lines, RunView.Phase phase, RunView.Task task) {
        String attempts = task.attempts() == 1 ? "1 attempt" : task.attempts() + " attempts";
        lines.add("");
        lines.add(phase.name() + "/" + TaskName.of(task) + " "
                + words(task.state().wire()) + " after " + attempts + " (" + task.id() + "):");
        Shortened.tail(task.error().orElse("no reason was given"), ERROR_LINES, WIDTH)
                .forEach(line -> lines.add("  " + line));
        lines.add("  see its log: orchestrator logs " + task.id());
    }

    /** What the last phase that has tasks put out: that is what the run was for. */
    private static void addOutputs(List<String> lines, RunView run) {
        Optional<RunView.Phase> last = run.phases().reversed().stream()
                .filter(p -> !p.tasks().isEmpty())
                .findFirst();
        List<RunView.Task> tasks = last.stream()
                .flatMap(phase -> phase.tasks().stream().filter(task -> task.round() == phase.round()))
                .toList();
        for (RunView.Task task : tasks.stream().limit(MOST_OUTPUTS).toList()) {
            lines.add("");
            lines.add(last.map(RunView.Phase::name).orElse("") + "/" + TaskName.of(task) + ":");
            String output = task.output()
                    .map(json -> json.isText() ? json.asText() : json.pretty())
                    .orElse("(no output)");
            Shortened.head(output, OUTPUT_LINES, WIDTH).forEach(line -> lines.add("  " + line));
        }
        if (tasks.size() > MOST_OUTPUTS) {
            lines.add("");
            lines.add("and " + (tasks.size() - MOST_OUTPUTS) + " more outputs: see orchestrator status " + run.id()
                    + " -o json");
        }
    }

    private static boolean isFailure(TaskState state) {
        return switch (state) {
            case FAILED, DEAD, TIMED_OUT -> true;
            case PENDING, QUEUED, RUNNING, WAITING, RETRYING, COMPLETED, CANCELLED -> false;
        };
    }

    private static Optional<String> took(Optional<Instant> from, Optional<Instant> to, Instant now) {
        return from.map(start -> Elapsed.text(Duration.between(start, to.orElse(now))));
    }

    private static String words(String state) {
        return state.replace('_', ' ');
    }
}
