package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Submission;
import java.util.List;

/** Hands a plan over to the engine. */
final class Submitting {
    private final Caller caller;
    private final OutputOptions output;

    Submitting(Caller caller, OutputOptions output) {
        this.caller = caller;
        this.output = output;
    }

    /** Stores the run and tells the workers; it is accepted when this returns. */
    static Submission submit(Stack stack, RunRequest request) {
        Submission submitted = stack.store().runs().submit(request);
        stack.announcer().announce(submitted.ready());
        return submitted;
    }

    /** {@code again} stands behind the command that is told, so that it finds the same servers. */
    int submitOnly(ServerChoice choice, SubmissionOptions.Prepared prepared, String again) {
        try (Stack stack = Stack.open(choice, Opening.SUBMIT)) {
            Submission submitted = submit(stack, prepared.resolve(stack).request());
            output.answer(
                    caller,
                    () -> Json.object("runId", submitted.runId(), "created", submitted.created()),
                    () -> List.of(
                            (submitted.created() ? "submitted run " : "was submitted before as run ")
                                    + submitted.runId(),
                            "follow it with: orchestrator watch " + submitted.runId() + again));
            return ExitCode.OK.code();
        }
    }
}
