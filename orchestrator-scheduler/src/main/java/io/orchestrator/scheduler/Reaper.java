package io.orchestrator.scheduler;

import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.metrics.TaskEnd;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Recovery;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back what lost workers held. */
final class Reaper {
    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
    private static final int WORKERS_A_ROUND = 100;
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final int ASK_EVERY_ROUNDS = 4;
    private static final int LOOK_EVERY_ROUNDS = 60;

    private final Recovery store;
    private final SchedulerSettings settings;
    private final Neighbours neighbours;
    private final EngineMetrics metrics;
    private List<WorkerInfo> present = List.of();
    private int roundsUntilAsked;
    private int roundsUntilLooked;

    /**
     * Who else is on this host.
     *
     * @param provenDead whether a worker of this host and boot can no longer be running
     */
    record Neighbours(String host, String bootId, Predicate<WorkerInfo> provenDead) {}

    Reaper(Recovery store, SchedulerSettings settings, Neighbours neighbours, EngineMetrics metrics) {
        this.metrics = metrics;
        this.store = store;
        this.settings = settings;
        this.neighbours = neighbours;
    }

    Ready round() {
        Recovery.Round expired = store.reap(settings.lease(), settings.maxClaims(), WORKERS_A_ROUND);
        if (expired.credited() > 0) {
            LOG.info("no round for a while: {} leases are credited, none is taken away", expired.credited());
        }
        tell(expired, "had not renewed in time");
        return expired.ready().and(provenDead()).and(withoutLease());
    }

    /** Looking reads all live tasks, and nothing in the engine takes a lease without taking the tasks. */
    private Ready withoutLease() {
        if (roundsUntilLooked-- > 0) {
            return Ready.NOTHING;
        }
        roundsUntilLooked = LOOK_EVERY_ROUNDS - 1;
        List<String> workers = store.withoutLease();
        if (workers.isEmpty()) {
            return Ready.NOTHING;
        }
        Recovery.Round round = store.takeAway(workers, settings.maxClaims());
        tell(round, "has no lease");
        return round.ready();
    }

    /**
     * A process that is gone need not be waited for. Those that were there a moment ago are looked at in every round; the
     * store is asked for others now and then, and again before one is taken for dead, which may have stopped in order.
     */
    private Ready provenDead() {
        List<String> dead = deadOfPresent();
        if (roundsUntilAsked-- <= 0 || !dead.isEmpty()) {
            present = store.workersOn(neighbours.host(), neighbours.bootId());
            roundsUntilAsked = ASK_EVERY_ROUNDS - 1;
            dead = deadOfPresent();
        }
        if (dead.isEmpty()) {
            return Ready.NOTHING;
        }
        Recovery.Round round = store.takeAway(dead, settings.maxClaims());
        tell(round, "is dead");
        return round.ready();
    }

    private List<String> deadOfPresent() {
        return present.stream()
                .filter(neighbours.provenDead())
                .map(WorkerInfo::id)
                .toList();
    }

    private void tell(Recovery.Round round, String why) {
        metrics.reaped(round.lost().size(), round.requeued());
        metrics.tasksEnded(TaskEnd.DEAD, round.buried());
        if (!round.lost().isEmpty()) {
            LOG.warn(
                    "lost workers {} ({}): {} tasks go back to the queue, {} end as dead",
                    round.lost(),
                    why,
                    round.requeued(),
                    round.buried());
        }
    }

    /** Half a second at most: what a lost worker held is to run elsewhere within a second of its lease's end. */
    Duration every() {
        Duration tenth = settings.lease().dividedBy(10);
        return tenth.compareTo(LONGEST_PAUSE) < 0 ? tenth : LONGEST_PAUSE;
    }
}
