package io.orchestrator.services;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The guide's long agent: collects, analyses and synthesises, each with a checkpoint, and writes its report. What it does
 * it also writes into the file {@code input.record}; before its first report it waits for ever, for its worker to die.
 */
public final class LongRunningAgent implements Agent {
    @Override
    public Json execute(AgentContext context) throws IOException, InterruptedException {
        String from = context.resume().map(Checkpoint::token).orElse("");
        Json saved = context.resume().map(Checkpoint::data).orElse(Json.EMPTY_OBJECT);
        return switch (from) {
            case "phase-3-complete" -> generateReport(context, saved);
            case "phase-2-complete" -> fromPhase2(context, saved);
            case "phase-1-complete" -> fromPhase1(context, saved);
            default -> fromTheStart(context);
        };
    }

    private static Json fromTheStart(AgentContext context) throws IOException, InterruptedException {
        record(context, "collect");
        Json data = Json.object("data", "measured");
        context.checkpoint("phase-1-complete", data);
        return fromPhase1(context, data);
    }

    private static Json fromPhase1(AgentContext context, Json saved) throws IOException, InterruptedException {
        record(context, "analyse");
        Json analysed = saved.with("analysis", Json.of("understood"));
        context.checkpoint("phase-2-complete", analysed);
        return fromPhase2(context, analysed);
    }

    private static Json fromPhase2(AgentContext context, Json saved) throws IOException, InterruptedException {
        record(context, "synthesise");
        Json synthesised = saved.with("synthesis", Json.of("brought together"));
        context.checkpoint("phase-3-complete", synthesised);
        new CountDownLatch(1).await();
        return generateReport(context, synthesised);
    }

    private static Json generateReport(AgentContext context, Json saved) throws IOException {
        record(context, "report");
        return Json.object("report", saved.text("synthesis").orElse("nothing"));
    }

    private static void record(AgentContext context, String what) throws IOException {
        Path file = Path.of(context.input().text("record").orElseThrow());
        String line = what + " by " + ProcessHandle.current().pid();
        Files.write(file, List.of(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
