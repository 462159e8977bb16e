package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import io.orchestrator.worker.AgentSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a plan to its end. */
@Command(
        name = "run",
        description =
                "Runs a plan to its end: checks it, submits it, works on it, shows how it goes, and what came out.",
        footer = {
            "",
            "Ctrl-C detaches: the run is kept, and goes on with 'orchestrator watch RUN' or 'orchestrator dev'.",
            "With DATABASE_URL and REDIS_URL this process works on the plan beside other workers.",
            "",
            "Examples:",
            "  orchestrator run examples/repo-audit/plan.json --input path=.",
            "  orchestrator run plan.json --inputs inputs.json --input 'limits={\"depth\":3}' --slots 8",
            "  orchestrator run plan.json --key nightly-2026-01-31 -o json",
            "  orchestrator run --from REPORT --of run-01h8…       once more from that phase on",
            "",
            "Exit codes: 0 completed, 1 failed, cancelled or timed out, 2 refused, 3 servers not usable as set up,",
            "4 servers do not answer, 130 detached.",
        })
final class RunCommand implements Callable<Integer> {
    @Mixin
    private final SubmissionOptions submission = new SubmissionOptions();

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(
            names = "--detach",
            description = "Only submit, for workers elsewhere or a running 'orchestrator dev'; the same as 'submit'.")
    private boolean detach;

    private final Caller caller;

    RunCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.quietLogs();
        AgentRegistry java = JavaAgents.discover(caller);
        SubmissionOptions.Prepared prepared = submission.prepare(caller, java);
        EngineSettings settings = engine.settings(caller);
        ServerChoice choice = servers.choose(caller);
        if (detach) {
            return new Submitting(caller, output).submitOnly(choice, prepared, servers.again());
        }
        try (Stack stack = Stack.open(choice, Opening.WORK)) {
            if (caller.interruption().requested()) {
                caller.tell("stopped before anything was submitted");
                return ExitCode.DETACHED.code();
            }
            SubmissionOptions.Resolved resolved = prepared.resolve(stack);
            Submission submitted = Submitting.submit(stack, resolved.request());
            if (!submitted.created()) {
                caller.tell("was submitted before under this key, as run " + submitted.runId());
            }
            return work(stack, settings, new Crew(java, stack), resolved.agents(), submitted.runId());
        }
    }

    private int work(Stack stack, EngineSettings settings, Crew crew, AgentsFile own, String runId)
            throws InterruptedException {
        RunStore runs = stack.store().runs();
        AgentSource agents = stack.isEmbedded() ? crew.trusting() : crew.only(runId, own);
        Outcome outcome = new Outcome(caller, output);
        int code;
        try (Engine services = new Engine(stack, settings, EnumSet.allOf(Engine.Part.class), agents, crew)) {
            services.start();
            Optional<RunView> ended;
            try (ProgressView view = progress.open(caller)) {
                ended = new Follower(runs, view, caller.interruption()).follow(runId);
            }
            code = ended.isPresent()
                    ? outcome.ended(ended.get())
                    : outcome.detached(runs, runId, "It goes on with: orchestrator watch " + runId + servers.again());
        }
        return code;
    }
}
