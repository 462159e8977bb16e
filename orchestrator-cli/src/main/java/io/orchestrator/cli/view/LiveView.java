package io.orchestrator.cli.view;

import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A run as it stands now, for a terminal: a head, a line for each phase, below it its running agents. Never more lines
 * than fit, and none that is wider.
 */
public final class LiveView {
    private static final int MOST_TASKS_A_PHASE = 8;
    private static final int WIDEST_BAR = 24;
    private static final int LEAST_HEAD = 10;
    private static final int LEAST_ERROR = 20;

    private LiveView() {}

    /** The lines to show; the cursor's own line below them is left free. */
    public static List<String> lines(RunView run, Instant now, TerminalSize size) {
        int rows = Math.max(1, size.rows() - 1);
        List<String> lines = all(run, now, size.columns(), MOST_TASKS_A_PHASE);
        for (int tasks = MOST_TASKS_A_PHASE / 2;
                lines.size() > rows && tasks >= 0;
                tasks = tasks == 0 ? -1 : tasks / 2) {
            lines = all(run, now, size.columns(), tasks);
        }
        if (lines.size() > rows) {
            lines = mostInteresting(lines, head(run, now, size.columns() - 1).size(), run, rows);
        }
        return lines.stream()
                .map(line -> Shortened.line(line, Math.max(1, size.columns() - 1)))
                .toList();
    }

    private static List<String> all(RunView run, Instant now, int columns, int tasksAPhase) {
        List<String> lines = new ArrayList<>();
        lines.addAll(head(run, now, columns - 1));
        int names = run.phases().stream().mapToInt(p -> p.name().length()).max().orElse(0);
        int bar = Math.clamp(columns - Math.min(names, 30) - 40, 6, WIDEST_BAR);
        for (RunView.Phase phase : run.phases()) {
            lines.add(phaseLine(phase, now, Math.min(names, 30), bar));
            if (tasksAPhase > 0) {
                Held.lines(run, phase).forEach(line -> lines.add("      " + line));
            }
            addTasks(lines, phase, now, tasksAPhase, columns - 1);
        }
        return lines;
    }

    /** The head, and as many phases as fit, from the one before the first that has not ended. */
    private static List<String> mostInteresting(List<String> lines, int heads, RunView run, int rows) {
        List<String> phases = lines.subList(heads, lines.size());
        int ended =
                (int) run.phases().stream().takeWhile(p -> p.state().isFinal()).count();
        int room = Math.max(0, rows - heads);
        int from = Math.clamp(ended - 1L, 0, Math.max(0, phases.size() - room));
        List<String> result = new ArrayList<>();
        result.addAll(lines.subList(Math.max(0, heads - rows), heads));
        result.addAll(phases.subList(from, Math.min(phases.size(), from + room)));
        return result;
    }

    /** People copy the id, so it is whole however narrow the terminal is: the rest gives way, and then it has its own lines. */
    private static List<String> head(RunView run, Instant now, int width) {
        String spend = run.usage().isNone() ? "" : "  " + Spend.text(run.usage());
        String rest = run.name() + "  " + Standing.of(run) + "  "
                + Elapsed.text(since(run.startedAt(), run.finishedAt(), now)) + spend;
        int room = width - run.id().length() - 2;
        if (room >= LEAST_HEAD) {
            return List.of(Shortened.line(rest, room) + "  " + run.id());
        }
        List<String> lines = new ArrayList<>(List.of(rest));
        int piece = Math.max(1, width);
        for (int from = 0; from < run.id().length(); from += piece) {
            lines.add(run.id().substring(from, Math.min(run.id().length(), from + piece)));
        }
        return lines;
    }

    private static String phaseLine(RunView.Phase phase, Instant now, int nameWidth, int barWidth) {
        String name = Shortened.line(phase.name(), nameWidth);
        StringBuilder line = new StringBuilder("  ")
                .append(name)
                .repeat(' ', nameWidth - name.codePointCount(0, name.length()))
                .append("  ")
                .append(Progress.bar(Progress.fraction(phase), barWidth))
                .append(' ');
        if (phase.state() == StageState.PENDING) {
            return line.append("pending").toString();
        }
        line.append(Progress.count(phase)).append(' ').append(phase.state().wire());
        if (!phase.state().isFinal() && phase.running() > 0) {
            line.append(" (").append(phase.running()).append(" now)");
        }
        return line.append("  ")
                .append(Elapsed.text(since(phase.startedAt(), phase.finishedAt(), now)))
                .toString();
    }

    private static void addTasks(List<String> lines, RunView.Phase phase, Instant now, int most, int width) {
        if (phase.state().isFinal()) {
            return;
        }
        List<RunView.Task> active = phase.tasks().stream()
                .filter(task -> task.state() == TaskState.RUNNING || task.state() == TaskState.RETRYING)
                .toList();
        active.stream().limit(most).forEach(task -> lines.add(taskLine(task, now, width)));
        if (most > 0 && active.size() > most) {
            lines.add("      and " + (active.size() - most) + " more");
        }
    }

    private static String taskLine(RunView.Task task, Instant now, int width) {
        StringBuilder line =
                new StringBuilder("      ").append(TaskName.of(task)).append("  ");
        if (task.state() == TaskState.RETRYING) {
            line.append("waits for attempt ").append(task.attempts() + 1);
            int room = Math.max(LEAST_ERROR, width - line.length() - 2);
            task.error().ifPresent(error -> line.append(": ").append(Shortened.ends(error, room)));
            return line.toString();
        }
        task.progress()
                .filter(progress -> progress >= 0)
                .ifPresent(progress -> line.append(String.format(Locale.ROOT, "%3.0f%%  ", 100 * progress)));
        line.append(Elapsed.text(since(task.startedAt(), Optional.empty(), now)));
        if (task.attempts() > 1) {
            line.append("  attempt ").append(task.attempts());
        }
        task.message().ifPresent(message -> line.append("  ").append(message));
        return line.toString();
    }

    private static Duration since(Optional<Instant> from, Optional<Instant> to, Instant now) {
        return from.map(start -> Duration.between(start, to.orElse(now))).orElse(Duration.ZERO);
    }
}
