package io.orchestrator.cli;

import io.orchestrator.cli.view.ScheduleDocuments;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Hints;
import io.orchestrator.schedule.Firings;
import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Schedules;
import io.orchestrator.time.SystemClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adds a schedule. */
@Command(
        name = "add",
        description =
                "Keeps a plan to be run by the calendar. The plan is kept as it is now: a later change of its file"
                        + " changes nothing.",
        footer = {
            "",
            "Examples:",
            "  orchestrator schedule add plan.json --name nightly --cron '0 3 * * *' --zone Europe/Berlin",
            "  orchestrator schedule add plan.json --name often --cron '*/15 * * * *' --overlap queue --missed skip"
        })
final class ScheduleAddCommand implements Callable<Integer> {
    private static final int SHOWN = 5;
    private static final int LONGEST_NAME = 100;

    @Mixin
    private final PlanOptions plan = new PlanOptions();

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "What the schedule goes by.")
    private String name = "";

    @Option(
            names = "--cron",
            required = true,
            paramLabel = "EXPRESSION",
            description = "Five fields: minute, hour, day of month, month, day of week.")
    private String cron = "";

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Whose clocks are meant, such as Europe/Berlin (default: UTC).")
    private String zone = "UTC";

    @Option(
            names = "--missed",
            paramLabel = "POLICY",
            description =
                    "What becomes of firings that no timer service was there for: skip, run-once (the default: one"
                            + " run stands for all of them) or run-all.")
    private String missed = "run-once";

    @Option(
            names = "--overlap",
            paramLabel = "POLICY",
            description = "What becomes of a firing that finds the run before it unfinished: skip (the default), queue,"
                    + " allow or cancel-running.")
    private String overlap = "skip";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    ScheduleAddCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw new Refusal("--name: expected 1 to " + LONGEST_NAME + " characters");
        }
        SubmissionOptions.requireOneLine("--name", name);
        Firings firings = Firings.of(cron, zone);
        MissedPolicy missedPolicy = policy("--missed", missed, MissedPolicy::of, "skip, run-once or run-all");
        OverlapPolicy overlapPolicy =
                policy("--overlap", overlap, OverlapPolicy::of, "skip, queue, allow or cancel-running");
        PlanFile file = plan.read(caller, JavaAgents.discover(caller));
        Json programs = Programs.toStore(file.agents(), caller.directory());
        RunRequest request =
                new RunRequest(file.plan(), file.source(), plan.inputs(caller), programs, Optional.empty());
        try (Stack stack = Stack.open(servers.choose(caller), Opening.SUBMIT)) {
            Schedules.View view = stack.store()
                    .schedules()
                    .add(new Schedules.Draft(name, request, cron, zone, missedPolicy, overlapPolicy));
            stack.queues().hints().publish(Hints.TIMERS, "");
            List<Instant> next = firings.next(new SystemClock().instant(), SHOWN);
            output.answer(
                    caller, () -> ScheduleDocuments.one(view, next), () -> ScheduleDocuments.oneLines(view, next));
            return ExitCode.OK.code();
        }
    }

    private static <T> T policy(String option, String given, Function<String, T> read, String expected) {
        try {
            return read.apply(given);
        } catch (IllegalArgumentException e) {
            throw new Refusal(option + " " + given + ": expected " + expected, e);
        }
    }
}
