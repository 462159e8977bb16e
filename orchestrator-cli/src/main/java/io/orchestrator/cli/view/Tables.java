package io.orchestrator.cli.view;

import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

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

    public static List<String> tasks(RunView run) {
        Table table = new Table(WIDEST, "TASK", "PHASE", "NAME", "STATE", "ATTEMPTS", "EPOCH", "ERROR");
        for (RunView.Phase phase : run.phases()) {
            for (RunView.Task task : phase.tasks()) {
                table.row(
                        task.id(),
                        phase.name(),
                        TaskName.of(task),
                        task.state().wire(),
                        String.valueOf(task.attempts()),
                        String.valueOf(task.epoch()),
                        task.error()
                                .map(error -> Shortened.ends(error, 4 * WIDEST))
                                .orElse(""));
            }
        }
        return table.lines();
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

    /** One line, as events may be followed and so cannot be aligned over all. */
    public static String event(EventView event) {
        StringBuilder line = new StringBuilder()
                .append(event.seq())
                .append("  ")
                .append(event.at().truncatedTo(ChronoUnit.MILLIS))
                .append("  ")
                .append(event.kind());
        event.taskId().or(event::phaseId).ifPresent(id -> line.append("  ").append(id));
        event.attempt().ifPresent(attempt -> line.append("  attempt ").append(attempt));
        if (event.data().size() > 0) {
            line.append("  ").append(event.data());
        }
        return Shortened.line(line.toString(), 8 * WIDEST);
    }
}
