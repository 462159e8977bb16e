package io.orchestrator.cli.view;

import io.orchestrator.run.TaskState;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Lists for people. */
public final class Tables {
    private static final int WIDEST = 40;

    private Tables() {}

    public static List<String> runs(List<RunView> runs, Instant now) {
        Table table = new Table(WIDEST, "RUN", "NAME", "STATE", "AGE", "REASON");
        for (RunView run : runs) {
            table.row(
                    run.id(),
                    run.name(),
                    Standing.of(run),
                    Elapsed.text(Duration.between(run.createdAt(), now)),
                    run.reason()
                            .or(() -> run.paused().map(RunView.Paused::reason))
                            .map(reason -> Shortened.ends(reason, 4 * WIDEST))
                            .orElse(""));
        }
        return table.lines();
    }

    public static List<String> tasks(RunView run, Instant now) {
        Table table = new Table(
                WIDEST,
                "TASK",
                "PHASE",
                "NAME",
                "STATE",
                "ATTEMPT",
                "STARTED",
                "TIME",
                "TOKENS",
                "COST",
                "PROGRESS",
                "WORKER",
                "MESSAGE");
        for (RunView.Phase phase : run.phases()) {
            for (RunView.Task task : phase.tasks()) {
                table.row(
                        task.id(),
                        phase.name(),
                        TaskName.of(task),
                        task.state().wire(),
                        String.valueOf(task.attempts()),
                        task.startedAt()
                                .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
                                .orElse("-"),
                        task.startedAt()
                                .flatMap(start -> time(task, start, now))
                                .orElse("-"),
                        String.valueOf(task.usage().tokens()),
                        Spend.dollars(task.usage()),
                        task.progress().map(Progress::percent).orElse("-"),
                        task.workerId().orElse("-"),
                        task.error()
                                .or(task::message)
                                .map(text -> Shortened.ends(text, 4 * WIDEST))
                                .orElse(""));
            }
        }
        return table.lines();
    }

    /** For how long it runs, or ran to its end; between two attempts nothing is known. */
    private static Optional<String> time(RunView.Task task, Instant start, Instant now) {
        boolean runs = task.state() == TaskState.RUNNING;
        return task.finishedAt()
                .or(() -> runs ? Optional.of(now) : Optional.empty())
                .map(end -> Elapsed.text(Duration.between(start, end)));
    }

    public static List<String> checkpoints(List<CheckpointStore.Entry> entries) {
        Table table = new Table(WIDEST, "SEQ", "TOKEN", "EPOCH", "BYTES", "CREATED");
        for (CheckpointStore.Entry entry : entries) {
            table.row(
                    String.valueOf(entry.seq()),
                    entry.token(),
                    String.valueOf(entry.epoch()),
                    String.valueOf(entry.sizeBytes()),
                    entry.createdAt().truncatedTo(ChronoUnit.SECONDS).toString());
        }
        return table.lines();
    }

    /**
     * One line, as events may be followed and so cannot be aligned over all.
     *
     * @param name what the event is about, where that is known: a phase, or a task with its agent
     */
    public static String event(EventView event, Optional<String> name) {
        StringBuilder line = new StringBuilder()
                .append(event.seq())
                .append("  ")
                .append(event.at().truncatedTo(ChronoUnit.MILLIS))
                .append("  ")
                .append(event.kind());
        name.ifPresent(words -> line.append("  ").append(words));
        event.taskId().or(event::phaseId).ifPresent(id -> line.append("  ").append(id));
        event.attempt().ifPresent(attempt -> line.append("  attempt ").append(attempt));
        if (event.data().size() > 0) {
            line.append("  ").append(event.data());
        }
        return Shortened.line(line.toString(), 8 * WIDEST);
    }
}
