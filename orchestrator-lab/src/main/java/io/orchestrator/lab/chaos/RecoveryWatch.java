package io.orchestrator.lab.chaos;

import io.orchestrator.service.Loop;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for what has to happen after each fault, by looking again and again. The times are those that the database has
 * written. Of claims and rounds it keeps the latest only, so where several follow each other between two looks, the time
 * is too long, never too short. Thread-safe.
 */
final class RecoveryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryWatch.class);
    private static final Duration LOOK = Duration.ofMillis(150);

    private final EngineView view;
    private final RecoveryTimes times;
    private final MachineLoad machine;
    private final Queue<Observation> open = new ConcurrentLinkedQueue<>();
    private final Loop loop = new Loop("chaos-watch", this::look);

    RecoveryWatch(EngineView view, RecoveryTimes times, MachineLoad machine) {
        this.view = view;
        this.times = times;
        this.machine = machine;
    }

    void start() {
        loop.start();
    }

    void expect(Observation observation) {
        open.add(observation);
    }

    /** What has not happened so far. */
    int unanswered() {
        return open.size();
    }

    private Duration look() {
        try {
            for (Observation observation : List.copyOf(open)) {
                Optional<Instant> at = view.happened(observation);
                if (at.isPresent()) {
                    open.remove(observation);
                    count(observation, at.get());
                }
            }
        } catch (SQLException e) {
            LOG.debug("Postgres is away; looking again later", e);
        }
        return LOOK;
    }

    /** An attempt that ended in the moment before the fault was not hit by it. */
    private void count(Observation observation, Instant at) {
        if (!at.isBefore(observation.since())) {
            times.add(
                    observation.kind(),
                    Duration.between(observation.since(), at),
                    machine.lostBetween(observation.since(), at));
        }
    }

    @Override
    public void close() {
        loop.stop();
    }
}
