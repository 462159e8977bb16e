package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A plan, with its agents and inputs. */
final class PlanOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Parameters(paramLabel = "PLAN", arity = "0..1", description = "The plan file.")
    private Optional<Path> plan = Optional.empty();

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
            names = "--agents-elsewhere",
            description = "Do not require that this machine knows the plan's agents: workers elsewhere do.")
    private boolean agentsElsewhere;

    boolean isGiven() {
        return plan.isPresent();
    }

    /** The plan after every check that needs no server. */
    PlanFile read(Caller caller, AgentRegistry java) {
        Path given =
                plan.orElseThrow(() -> new ParameterException(command.commandLine(), "missing: PLAN, the plan file"));
        PlanFile file = PlanFile.read(caller.resolve(given), given.toString(), agents.map(caller::resolve));
        if (!agentsElsewhere) {
            file.requireAgents(java);
        }
        return file;
    }

    Json inputs(Caller caller) {
        return InputValues.of(inputsFile.map(caller::resolve), inputs);
    }
}
