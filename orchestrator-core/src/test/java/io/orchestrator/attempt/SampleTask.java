package io.orchestrator.attempt;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.plan.TaskType;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.PhaseContext;
import java.time.Instant;
import java.util.Optional;

/** A claimed task of the phase P of a plan, varied by what a test is about. */
record SampleTask(String name, int attempt, Json budget, int openChildren, Optional<ClaimedTask.FellBack> fellBack) {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final String PLAN = """
            {"name": "sample",
             "retry": {"base": "PT2S", "max": "PT1M", "maxAttempts": 3},
             "phases": [{"phase": "P", "agents": [
               "Plain",
               {"agent": "Own", "retry": {"base": "PT7S", "maxAttempts": 2}, "stuck": {"noProgress": "PT30M"}}]}]}""";

    static SampleTask of(String name) {
        return new SampleTask(name, 1, Json.EMPTY_OBJECT, 0, Optional.empty());
    }

    SampleTask attempt(int number) {
        return new SampleTask(name, number, budget, openChildren, fellBack);
    }

    SampleTask budget(Json share) {
        return new SampleTask(name, attempt, share, openChildren, fellBack);
    }

    SampleTask openChildren(int count) {
        return new SampleTask(name, attempt, budget, count, fellBack);
    }

    SampleTask fellBack(String from, String error) {
        return new SampleTask(name, attempt, budget, openChildren, Optional.of(new ClaimedTask.FellBack(from, error)));
    }

    TaskInHand inHand() {
        Json phaseInput = Json.object("file", "of the phase", "depth", 3);
        return new TaskInHand(
                claimed(),
                new PhaseContext(
                        "run",
                        "P",
                        PlanReader.read(Json.parse(PLAN)),
                        phaseInput,
                        Json.EMPTY_OBJECT,
                        Json.EMPTY_OBJECT));
    }

    private ClaimedTask claimed() {
        return new ClaimedTask(
                new Hold("task", 4),
                "run",
                "phase",
                1,
                1,
                TaskType.AGENT,
                fellBack.isPresent() ? "Other" : name,
                name,
                attempt,
                Json.object("file", "of the task"),
                budget,
                fellBack,
                false,
                Optional.empty(),
                Optional.empty(),
                2,
                openChildren,
                false,
                Usage.NONE,
                NOW);
    }
}
