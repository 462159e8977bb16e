package io.orchestrator.cli;

import io.orchestrator.store.Retention;
import io.orchestrator.worker.Scaling;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** How services work, from options and environment variables. */
final class EngineOptions {
    private static final int MOST_SLOTS = 10_000;

    @Option(
            names = "--slots",
            paramLabel = "N",
            description = "How many agents run at once; else WORKER_CONCURRENCY, else 4.")
    private Optional<Integer> slots = Optional.empty();

    @Option(
            names = "--mirror",
            description = "Copy heartbeats and events to the topics 'heartbeats' and 'events' of Redis for consumers"
                    + " outside of the engine, as well as they can be; else ORCHESTRATOR_MIRROR, else off.")
    private boolean mirror;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            converter = Lengths.class,
            description = "How long running agents may take to come to a stop when this process ends (default 30s).")
    private Duration grace = WorkerPool.DEFAULT_GRACE;

    @Option(
            names = "--frozen-at-most",
            paramLabel = "TIME",
            converter = Lengths.class,
            description = "How long programs stand still while this process cannot reach the database, before they are"
                    + " ended and their tasks begin again from their checkpoints (default 30m; 0s ends them at once).")
    private Duration frozenAtMost = WorkerSettings.DEFAULT.frozenAtMost();

    @Option(
            names = "--lease",
            hidden = true,
            paramLabel = "TIME",
            converter = Lengths.class,
            description =
                    "How long a worker that is not heard of is trusted (default 15s); the same for all processes.")
    private Duration lease = WorkerSettings.DEFAULT.lease();

    /** @throws Refusal for a value that cannot be used */
    EngineSettings settings(Caller caller) {
        Variables variables = new Variables(caller);
        int checkSeconds =
                variables.wholeNumber("TIMER_CHECK_INTERVAL_SECONDS", 1, 86_400).orElse(10);
        Retention.Days days = Retention.Days.DEFAULT;
        int checkpointDays =
                variables.wholeNumber("CHECKPOINT_TTL_DAYS", 1, 36_500).orElse(days.checkpoints());
        int logDays = variables.wholeNumber("LOG_TTL_DAYS", 1, 36_500).orElse(days.logs());
        OptionalInt runDays = variables.wholeNumber("RUN_TTL_DAYS", 1, 36_500);
        if (lease.compareTo(Duration.ofMillis(300)) < 0) {
            throw new Refusal("--lease " + lease + " is too short; expected at least 300ms");
        }
        caller.interruption().allow(grace);
        WorkerSettings worker = WorkerSettings.DEFAULT
                .withConcurrency(slots(variables))
                .withLease(lease)
                .withFrozenAtMost(frozenAtMost)
                .withScaling(scaling(variables));
        return new EngineSettings(
                worker,
                Duration.ofSeconds(checkSeconds),
                days.withCheckpoints(checkpointDays).withLogs(logDays).withRuns(runDays),
                mirror || variables.isOn("ORCHESTRATOR_MIRROR"),
                grace);
    }

    private int slots(Variables variables) {
        int number = slots.orElseGet(() -> variables
                .wholeNumber("WORKER_CONCURRENCY", 1, MOST_SLOTS)
                .orElse(WorkerSettings.DEFAULT.concurrency()));
        if (number < 1 || number > MOST_SLOTS) {
            throw new Refusal("--slots " + number + ": expected a whole number from 1 to " + MOST_SLOTS);
        }
        return number;
    }

    private static Scaling.Range scaling(Variables variables) {
        int least = variables.wholeNumber("WORKER_MIN", 1, MOST_SLOTS).orElse(1);
        int most = variables.wholeNumber("WORKER_MAX", 1, MOST_SLOTS).orElse(Math.max(least, 16));
        if (most < least) {
            throw new Refusal("WORKER_MIN is " + least + " and WORKER_MAX is " + most
                    + "; expected a maximum that is not below the minimum");
        }
        return variables.isOn("WORKER_AUTO_SCALE") ? new Scaling.Range(true, least, most) : Scaling.Range.OFF;
    }
}
