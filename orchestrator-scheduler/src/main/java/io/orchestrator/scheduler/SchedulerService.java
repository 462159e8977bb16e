package io.orchestrator.scheduler;

import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.service.Announcer;
import io.orchestrator.service.Loop;
import io.orchestrator.service.Service;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.Recovery;
import io.orchestrator.time.SystemTicks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The loops of a scheduler process: dispatcher, reaper, reconciler, and the removal of dead readers. */
public final class SchedulerService implements Service {
    private static final Duration RECONCILE_EVERY = Duration.ofSeconds(1);
    private static final int RUNS_A_ROUND = 100;

    /** Looking reads all live tasks, and is for what nothing in the engine leaves behind. */
    private static final int ROUNDS_BETWEEN_LOOKS_AT_ALL = 60;

    private static final int RETRIES_A_ROUND = 1_000;

    private final Announcer announcer;
    private final Recovery recovery;
    private final Reaper reaper;
    private final List<Loop> loops;
    private long round;

    /** What a scheduler works with; it closes none of it. */
    public record Ports(Dispatch dispatch, Recovery recovery, TaskQueue queue, Hints hints, EngineMetrics metrics) {}

    /**
     * Makes the service; it starts nothing yet.
     *
     * @param host the name of this host, and {@code bootId} its boot, as workers register them
     * @param provenDead whether a worker of this host and boot can no longer be running
     */
    public SchedulerService(
            Ports ports, SchedulerSettings settings, String host, String bootId, Predicate<WorkerInfo> provenDead) {
        this.announcer = new Announcer(ports.queue(), ports.hints());
        this.recovery = ports.recovery();
        Reaper.Neighbours neighbours = new Reaper.Neighbours(host, bootId, provenDead);
        this.reaper = new Reaper(recovery, settings, neighbours, ports.metrics());
        Dispatcher dispatcher =
                new Dispatcher(ports.dispatch(), ports.queue(), settings, ports.metrics(), new SystemTicks());
        DeadReaders deadReaders = new DeadReaders(ports.queue(), settings.readerDeadAfter());
        this.loops = List.of(
                new Loop("scheduler-reaper", this::reap),
                new Loop("scheduler-dispatcher", dispatcher::round),
                new Loop("scheduler-readers", deadReaders::round),
                new Loop("scheduler-reconciler", this::reconcile));
    }

    @Override
    public void start() {
        loops.forEach(Loop::start);
    }

    @Override
    public void stop() {
        loops.forEach(Loop::stop);
    }

    @Override
    public Optional<String> trouble() {
        return loops.stream().flatMap(loop -> loop.trouble().stream()).findFirst();
    }

    @Override
    public boolean awaitStopped(Duration atMost) throws InterruptedException {
        boolean stopped = true;
        for (Loop loop : loops) {
            stopped &= loop.awaitStopped(atMost);
        }
        return stopped;
    }

    private Duration reap() {
        announcer.announce(reaper.round());
        return reaper.every();
    }

    private Duration reconcile() {
        announcer.announce(recovery.sweep(RUNS_A_ROUND));
        if (round++ % ROUNDS_BETWEEN_LOOKS_AT_ALL == 0) {
            announcer.announce(recovery.wakeForgotten(RETRIES_A_ROUND));
            announcer.announce(recovery.mend(RUNS_A_ROUND));
        }
        return RECONCILE_EVERY;
    }
}
