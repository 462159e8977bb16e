package io.orchestrator.sim;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.store.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Small plans of every shape. */
final class RandomPlan {
    private RandomPlan() {}

    static RunRequest request(World world, String key) {
        Json source = plan(world);
        return new RunRequest(PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.of(key));
    }

    private static Json plan(World world) {
        boolean graph = world.chance(0.5);
        List<Json> phases = new ArrayList<>();
        long count = world.between(1, 4);
        for (int i = 0; i < count; i++) {
            phases.add(phase(world, i, graph));
        }
        Json.ObjectBuilder plan = Json.builder()
                .put("name", "simulated")
                .put("priority", List.of("high", "normal", "low").get((int) world.between(0, 3)))
                .put("inputs", Json.object("files", Json.array(List.of(1, 2, 3, 4))))
                .put("retry", retry(world))
                .put("phases", Json.array(phases));
        if (world.chance(0.2)) {
            plan.put("timebox", hours(world, 10, 60));
        }
        return plan.build();
    }

    private static Json retry(World world) {
        return Json.object(
                "base",
                "PT" + world.between(1, 1_000) + "S",
                "max",
                "PT1H",
                "maxAttempts",
                world.between(1, 5),
                "jitter",
                world.chance(0.5));
    }

    private static Json phase(World world, int index, boolean graph) {
        Json.ObjectBuilder phase = Json.builder().put("phase", "P" + index);
        if (world.chance(0.5)) {
            phase.put("parallelism", world.between(1, 5));
        }
        if (world.chance(0.2)) {
            phase.put("timebox", hours(world, 1, 30));
        }
        if (graph) {
            phase.put(
                    "needs",
                    Json.array(IntStream.range(0, index)
                            .filter(before -> world.chance(0.5))
                            .mapToObj(before -> "P" + before)
                            .toList()));
        }
        List<Json> agents = new ArrayList<>();
        long count = world.between(1, 4);
        for (int i = 0; i < count; i++) {
            agents.add(agent(world, i));
        }
        return phase.put("agents", Json.array(agents)).build();
    }

    private static Json agent(World world, int index) {
        Json.ObjectBuilder agent = Json.builder().put("agent", "A" + index);
        if (world.chance(0.3)) {
            agent.put("shard", Json.object("over", "files", "size", world.between(1, 4)));
        }
        if (world.chance(0.1)) {
            agent.put("timebox", hours(world, 1, 20));
        }
        return agent.build();
    }

    private static String hours(World world, long from, long to) {
        return "PT" + world.between(from, to) + "H";
    }
}
