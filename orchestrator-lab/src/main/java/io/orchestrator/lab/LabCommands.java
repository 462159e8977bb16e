package io.orchestrator.lab;

import io.orchestrator.cli.Caller;
import io.orchestrator.cli.DevelopmentCommands;
import io.orchestrator.lab.bench.BenchCommand;
import io.orchestrator.lab.chaos.ChaosCommand;
import java.util.Map;
import java.util.function.Function;

/** What this module adds. */
public final class LabCommands implements DevelopmentCommands {
    @Override
    public Map<String, Function<Caller, Object>> byName() {
        return Map.of("bench", BenchCommand::new, "chaos", ChaosCommand::new);
    }
}
