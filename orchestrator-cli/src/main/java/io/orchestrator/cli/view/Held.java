package io.orchestrator.cli.view;

import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import java.util.List;

/** What a phase that waits for a person tells that person. */
final class Held {
    private static final int WIDTH = 200;

    private Held() {}

    /** What it waits for and how to decide; nothing for a phase that does not wait. */
    static List<String> lines(RunView run, RunView.Phase phase) {
        return phase.state() == StageState.HOLDING
                ? List.of(
                        "waits for a decision: " + Shortened.line(phase.reason().orElse("it missed a rubric"), WIDTH),
                        howToDecide(run, phase))
                : List.of();
    }

    static String howToDecide(RunView run, RunView.Phase phase) {
        return "decide with: orchestrator decide " + run.id() + " " + phase.name() + " accept (or retry, or fail)";
    }
}
