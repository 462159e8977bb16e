package io.orchestrator.cli.view;

import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import java.time.temporal.ChronoUnit;

/** A run's state in words, and what keeps it from going on. */
final class Standing {
    private Standing() {}

    static String of(RunView run) {
        return run.paused().isPresent() ? run.state().wire().replace('_', ' ') + ", paused" : unpaused(run);
    }

    /** Without a word of a pause. */
    static String unpaused(RunView run) {
        String state = run.state().wire().replace('_', ' ');
        if (run.state() == StageState.PENDING && run.startAt().isPresent()) {
            return "starts " + run.startAt().get().truncatedTo(ChronoUnit.SECONDS);
        }
        return state;
    }
}
