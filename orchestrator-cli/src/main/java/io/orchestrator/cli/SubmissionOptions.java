package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.store.RunRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be run. */
final class SubmissionOptions {
    @Parameters(paramLabel = "PLAN", description = "The plan file.")
    private Path plan = Path.of("");

    @Option(
            names = "--agents",
            paramLabel = "FILE",
            description = "The agents file; without it agents.json beside the plan, where there is one.")
    private Optional<Path> agents = Optional.empty();

    @Option(
            names = {"-i", "--input"},
            paramLabel = "NAME=VALUE",
            description = {
                "An input of the run, over the plan's own; may be repeated.",
                "A JSON number, string, array or object is taken as such, everything else (true included) as text."
            })
    private List<String> inputs = new ArrayList<>();

    @Option(
            names = "--inputs",
            paramLabel = "FILE",
            description = "A JSON object with inputs of the run; single ones of --input go over it.")
    private Optional<Path> inputsFile = Optional.empty();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The same plan and inputs under the same key are one run, however often they are submitted.")
    private Optional<String> key = Optional.empty();

    @Option(
            names = "--agents-elsewhere",
            description = "Do not require that this machine knows the plan's agents: workers elsewhere do.")
    private boolean agentsElsewhere;

    /** What is to be submitted, after every check that needs no server. */
    record Prepared(PlanFile file, RunRequest request) {}

    Prepared prepare(Caller caller, AgentRegistry java) {
        PlanFile file = PlanFile.read(caller.resolve(plan), plan.toString(), agents.map(caller::resolve));
        if (!agentsElsewhere) {
            file.requireAgents(java);
        }
        if (key.isPresent() && key.get().isBlank()) {
            throw new Refusal("--key is blank; expected some text that names this submission");
        }
        Json programs = Programs.toStore(file.agents(), caller.directory());
        Json given = InputValues.of(inputsFile.map(caller::resolve), inputs);
        return new Prepared(file, new RunRequest(file.plan(), file.source(), given, programs, key));
    }
}
