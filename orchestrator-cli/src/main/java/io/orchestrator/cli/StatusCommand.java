package io.orchestrator.cli;

import io.orchestrator.cli.view.Documents;
import io.orchestrator.cli.view.ResultBlock;
import io.orchestrator.cli.view.Tables;
import io.orchestrator.cli.view.WhyLines;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.run.Reason;
import io.orchestrator.server.RunDocument;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.time.SystemClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how a run stands, or the newest runs. */
@Command(
        name = "status",
        description = "Shows how a run stands; without RUN the newest runs.",
        footer = {
            "",
            "Examples:",
            "  orchestrator status",
            "  orchestrator status --key run-123",
            "  orchestrator status run-01h8… -o json | jq '.phases[] | {phase, state}'",
        })
final class StatusCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "0..1", description = Which.RUN)
    private Optional<String> runId = Optional.empty();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The run that was submitted under this key, or scheduled as this run_id, in place of RUN.")
    private Optional<String> key = Optional.empty();

    @Option(names = "--max", paramLabel = "N", description = "How many runs at most (default 20).")
    private int most = 20;

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    StatusCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        if (most < 1) {
            throw new Refusal("--max " + most + ": expected a whole number from 1");
        }
        if (key.isPresent() && runId.isPresent()) {
            throw new Refusal("a RUN and --key were given; expected one of them");
        }
        Opening opening = runId.isPresent() || key.isPresent() ? Opening.LOOK : Opening.SUBMIT;
        try (Stack stack = Stack.open(servers.choose(caller), opening)) {
            RunStore runs = stack.store().runs();
            if (runId.isPresent()) {
                show(stack, Which.run(stack, runId.get()));
            } else if (key.isPresent()) {
                show(stack, ofKey(runs, key.get()));
            } else {
                list(
                        runs.list(most),
                        stack.store().recovery().liveWorkers(),
                        redis(stack),
                        ObstacleLines.of(stack.store().obstacles()));
            }
            return ExitCode.OK.code();
        }
    }

    private static String ofKey(RunStore runs, String key) {
        return runs.runOfKey(key)
                .orElseThrow(() -> new Refusal(
                        "there is no run under the key '" + key + "'; 'orchestrator status' lists the newest runs"));
    }

    /** The run, and the first thing that it waits for. */
    private void show(Stack stack, String id) {
        RunView run = Outcome.require(stack.store().runs(), id, true);
        Optional<Reason> why = run.state().isFinal()
                ? Optional.empty()
                : stack.store().situations().ofRun(id).flatMap(WhyLines::first);
        ObstacleLines obstacles = ObstacleLines.of(stack.store().obstacles(), id);
        Instant now = new SystemClock().instant();
        output.answer(
                caller,
                () -> RunDocument.of(run)
                        .with("why", why.map(WhyLines::document).orElse(null))
                        .overlaidBy(obstacles.document()),
                () -> {
                    List<String> lines = new ArrayList<>(ResultBlock.lines(run, now));
                    why.ifPresent(reason -> {
                        lines.add("waits: " + new WhyLines(now, Optional.empty()).line(reason));
                        lines.add("all that it waits for: orchestrator why " + id + servers.again());
                    });
                    lines.addAll(obstacles.lines());
                    return lines;
                });
    }

    /** Redis away is a degraded mode, not an outage; Postgres away is told by every command, as its failure. */
    private static String redis(Stack stack) {
        try {
            stack.queues().check();
            return "ok";
        } catch (QueueUnavailable e) {
            return "away, workers take tasks from Postgres";
        }
    }

    private void list(List<RunView> runs, long workers, String redis, ObstacleLines obstacles) {
        output.answer(
                caller,
                () -> Documents.runs(runs)
                        .with("workers", workers)
                        .with("redis", redis)
                        .overlaidBy(obstacles.document()),
                () -> {
                    List<String> lines = new ArrayList<>(
                            runs.isEmpty()
                                    ? List.of("no runs yet; the first one: orchestrator run PLAN")
                                    : Tables.runs(runs, new SystemClock().instant()));
                    lines.addAll(obstacles.lines());
                    lines.add("workers alive: " + workers + ", Redis: " + redis);
                    return lines;
                });
    }
}
