package io.orchestrator.cli;

import io.orchestrator.plan.AgentsFile;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a worker for others knows. */
final class WorkerOptions {
    @Option(
            names = "--agents",
            paramLabel = "FILE",
            description = "An agents file: programs that this worker runs, for any run that names them.")
    private Optional<Path> agents = Optional.empty();

    @Option(
            names = "--allow-submitted-programs",
            description = "Also run the programs that runs brought along. Whoever may submit a run may then execute"
                    + " commands here. On the embedded servers, which are the user's own, this is always so.")
    private boolean allowSubmitted;

    AgentsFile agents(Caller caller) {
        return agents.map(caller::resolve).map(AgentsFile::read).orElse(AgentsFile.EMPTY);
    }

    boolean allowSubmitted() {
        return allowSubmitted;
    }
}
