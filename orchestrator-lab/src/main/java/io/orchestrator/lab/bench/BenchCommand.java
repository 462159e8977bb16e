package io.orchestrator.lab.bench;

import io.orchestrator.cli.Caller;
import io.orchestrator.cli.OutputOptions;
import io.orchestrator.cli.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures this engine beside the bare servers and a known scheduler. */
@Command(
        name = "bench",
        description = "Measures, on embedded servers of its own, what the servers can do bare, what db-scheduler does,"
                + " and what this engine does. Only the ratios within one run mean anything on a busy machine.",
        footer = {"", "Examples:", "  orchestrator bench", "  orchestrator bench throughput limits --rounds 5 -o json"})
public final class BenchCommand implements Callable<Integer> {
    private static final Map<String, Scenario> SCENARIOS = scenarios();

    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "Which (default: all).")
    private List<String> names = List.of();

    @Option(names = "--n", paramLabel = "N", description = "Tasks of a round (default: ${DEFAULT-VALUE}).")
    private int n = 20_000;

    @Option(names = "--slots", paramLabel = "N", description = "Attempts at once (default: ${DEFAULT-VALUE}).")
    private int slots = 64;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds; all are told (default: ${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    public BenchCommand(Caller caller) {
        this.caller = caller;
    }

    private static Map<String, Scenario> scenarios() {
        Map<String, Scenario> all = new LinkedHashMap<>();
        all.put("limits", new Limits());
        all.put("db-scheduler", new DbScheduler());
        all.put("transactions", new EngineTransactions());
        all.put("throughput", new EngineThroughput());
        all.put("latency", new EngineLatency());
        all.put("timers", new EngineTimers());
        all.put("checkpoint", new EngineCheckpoints());
        all.put("growth", new EngineGrowth());
        all.put("idle", new EngineIdle());
        all.put("scale", new EngineScale());
        all.put("footprint", new EngineFootprint());
        all.put("programs", new EnginePrograms());
        return all;
    }

    @Override
    public Integer call() throws Exception {
        output.quietLogs();
        Map<String, Scenario> chosen = chosen();
        BenchReport report = new BenchReport();
        try (BenchServers servers = BenchServers.open()) {
            for (int round = 1; round <= rounds; round++) {
                for (var scenario : chosen.entrySet()) {
                    caller.tell("round " + round + " of " + rounds + ": " + scenario.getKey());
                    scenario.getValue()
                            .round(servers, new Scenario.Sizes(n, slots))
                            .forEach(report::add);
                }
            }
        }
        output.answer(caller, report::toJson, report::lines);
        return 0;
    }

    private Map<String, Scenario> chosen() {
        Map<String, Scenario> chosen = new LinkedHashMap<>();
        for (String name : names.isEmpty() ? SCENARIOS.keySet() : names) {
            Scenario scenario = SCENARIOS.get(name);
            if (scenario == null) {
                throw new Refusal(
                        "there is no scenario '" + name + "'; there are " + String.join(", ", SCENARIOS.keySet()));
            }
            chosen.put(name, scenario);
        }
        return chosen;
    }
}
