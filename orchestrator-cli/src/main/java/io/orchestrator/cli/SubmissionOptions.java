package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStart;
import io.orchestrator.store.TakeOver;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is to be run. */
final class SubmissionOptions {
    /** The same as over HTTP; an index of Postgres takes a few times that. */
    private static final int LONGEST_KEY = 200;

    @Mixin
    private final PlanOptions plan = new PlanOptions();

    @Mixin
    private final StartOptions start = new StartOptions();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The same plan and inputs under the same key are one run, however often they are submitted.")
    private Optional<String> key = Optional.empty();

    @Option(
            names = "--from",
            paramLabel = "PHASE",
            description = "Begin with this phase: those before it are taken over as completed from the run of --of.")
    private Optional<String> from = Optional.empty();

    @Option(
            names = "--of",
            paramLabel = "RUN",
            description = "The run to take over from; without PLAN its plan, inputs and agents are used again.")
    private Optional<String> of = Optional.empty();

    /** What is to be submitted, after every check that needs no server. */
    interface Prepared {
        /** Asks the store for what only it knows. */
        Resolved resolve(Stack stack);
    }

    /** What is to be submitted, and the agents that came with it. */
    record Resolved(RunRequest request, AgentsFile agents) {}

    /** Nobody who reads a list could tell where such a name ends. */
    static void requireOneLine(String option, String name) {
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new Refusal(
                    option + " has a line break or another control character in it; expected one line of text");
        }
    }

    Prepared prepare(Caller caller, AgentRegistry java) {
        if (key.isPresent() && key.get().isBlank()) {
            throw new Refusal("--key is blank; expected some text that names this submission");
        }
        if (key.isPresent() && key.get().length() > LONGEST_KEY) {
            throw new Refusal("--key has " + key.get().length() + " characters; expected at most " + LONGEST_KEY);
        }
        key.ifPresent(text -> requireOneLine("--key", text));
        if (from.isPresent() != of.isPresent()) {
            throw new Refusal("--from PHASE and --of RUN belong together; expected both, or neither");
        }
        RunStart when = start.start();
        Json given = plan.inputs(caller);
        if (!plan.isGiven() && of.isPresent()) {
            return stack -> again(stack, of.get(), given, when);
        }
        PlanFile file = plan.read(caller, java);
        Json programs = Programs.toStore(file.agents(), caller.directory());
        RunRequest request = new RunRequest(file.plan(), file.source(), given, programs, key);
        return stack -> new Resolved(finished(request, of.map(other -> Which.run(stack, other)), when), file.agents());
    }

    private Resolved again(Stack stack, String other, Json given, RunStart when) {
        String runId = Which.run(stack, other);
        RunRequest stored = stack.store().runs().request(runId).orElseThrow(() -> Outcome.unknown(runId));
        RunRequest request =
                new RunRequest(stored.plan(), stored.source(), stored.inputs().overlaidBy(given), stored.agents(), key);
        return new Resolved(finished(request, Optional.of(runId), when), AgentsFile.fromJson(stored.agents()));
    }

    private RunRequest finished(RunRequest request, Optional<String> other, RunStart when) {
        RunRequest started = request.startingAt(when);
        return from.map(phase -> started.takingOver(new TakeOver(other.orElseThrow(), phase)))
                .orElse(started);
    }
}
