package io.orchestrator.cli;

import io.orchestrator.cli.view.LiveView;
import io.orchestrator.cli.view.Screen;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.time.SystemClock;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;

/** A view that is redrawn in place. Until it is closed, what others write to standard error appears above it. */
final class LiveProgress implements ProgressView {
    /** Reading the tasks of a larger run several times a second would cost more than it shows. */
    private static final int MOST_TASKS = 1_000;

    private final InstantSource clock = new SystemClock();
    private final Terminal terminal;
    private final Screen screen;
    private final PrintStream before;

    LiveProgress(PrintStream err, Terminal terminal) {
        this.terminal = terminal;
        this.screen = new Screen(err);
        this.before = System.err;
        System.setErr(screen.above());
    }

    @Override
    public void update(RunStore runs, String runId, List<EventView> news) {
        runs.view(runId, false)
                .map(run -> withTasks(runs, run))
                .ifPresent(run -> screen.show(LiveView.lines(run, clock.instant(), terminal.size())));
    }

    private static RunView withTasks(RunStore runs, RunView run) {
        int tasks = run.phases().stream().mapToInt(RunView.Phase::total).sum();
        return tasks > MOST_TASKS ? run : runs.view(run.id(), true).orElse(run);
    }

    @Override
    public void close() {
        System.setErr(before);
        screen.clear();
    }
}
