package io.orchestrator.cli;

import io.orchestrator.cli.view.ChangeLines;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import java.io.PrintStream;
import java.util.List;

/** One line for each change: for pipes, logs, and terminals that cannot redraw. */
final class PlainProgress implements ProgressView {
    private final PrintStream err;

    PlainProgress(PrintStream err) {
        this.err = err;
    }

    @Override
    public void update(RunStore runs, String runId, List<EventView> news) {
        if (!news.isEmpty()) {
            runs.view(runId, false)
                    .ifPresent(run -> new ChangeLines(run, runs::task).of(news).forEach(err::println));
        }
    }

    @Override
    public void close() {
        err.flush();
    }
}
