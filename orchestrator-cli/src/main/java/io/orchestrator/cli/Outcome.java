package io.orchestrator.cli;

import io.orchestrator.cli.view.ResultBlock;
import io.orchestrator.run.StageState;
import io.orchestrator.server.RunDocument;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.time.SystemClock;

/** Answers how a run stands, in the form asked for, and as an exit code. */
final class Outcome {
    private final Caller caller;
    private final OutputOptions output;

    Outcome(Caller caller, OutputOptions output) {
        this.caller = caller;
        this.output = output;
    }

    /** The run has ended. */
    int ended(RunView run) {
        show(run);
        return run.state() == StageState.COMPLETED ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }

    /** Nobody watches any longer; the run goes on. */
    int detached(RunStore runs, String runId, String howItGoesOn) {
        caller.tell("detached from run " + runId + ". " + howItGoesOn);
        if (output.isJson()) {
            runs.view(runId, true).ifPresent(this::show);
        }
        return ExitCode.DETACHED.code();
    }

    void show(RunView run) {
        output.answer(caller, () -> RunDocument.of(run), () -> ResultBlock.lines(run, new SystemClock().instant()));
    }

    static RunView require(RunStore runs, String runId, boolean withTasks) {
        return runs.view(runId, withTasks).orElseThrow(() -> unknown(runId));
    }

    static Refusal unknown(String runId) {
        return new Refusal("there is no run '" + runId + "' here. The runs that there are: orchestrator status");
    }
}
