package io.orchestrator.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Submits a plan. */
@Command(
        name = "submit",
        description = "Checks a plan and submits it, for workers elsewhere or a running 'orchestrator dev'.",
        footer = {
            "",
            "Examples:",
            "  orchestrator submit plan.json --input path=.",
            "  orchestrator submit plan.json --key nightly-2026-01-31 -o json | jq -r .runId",
            "  orchestrator submit plan.json --start-in 8h",
        })
final class SubmitCommand implements Callable<Integer> {
    @Mixin
    private final SubmissionOptions submission = new SubmissionOptions();

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    SubmitCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        SubmissionOptions.Prepared prepared = submission.prepare(caller, JavaAgents.discover(caller));
        return new Submitting(caller, output).submitOnly(servers.choose(caller), prepared, servers.again());
    }
}
