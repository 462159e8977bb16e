package io.orchestrator.worker;

import io.orchestrator.agent.WrapUp;
import io.orchestrator.attempt.CutOffDecisions.Move;
import io.orchestrator.attempt.Standing;
import io.orchestrator.attempt.Stop;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.metrics.LeaseRenewal;
import io.orchestrator.service.Loop;
import io.orchestrator.service.Outage;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.LeaseStore.Renewal;
import io.orchestrator.store.LeaseStore.Trusted;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this process trusted, and has its attempts stand still or stop before anyone could be given their tasks.
 *
 * <p>Trust runs from before a renewal is sent, by monotonic ticks, so a slow answer never lengthens it. Two threads that
 * nothing else uses: one renews, the other sleeps until trust would be over, looks whether it was renewed meanwhile, and
 * looks several times a second while it was not. A process that was frozen for longer than its lease finds that time over
 * when it goes on.
 */
final class Lease {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final Duration LOOK_WITHOUT_TRUST = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final LeaseStore store;
    private final EngineMetrics metrics;
    private final WorkerSettings settings;
    private final Supplier<WorkerInfo> identities;
    private final Holdings holdings;
    private final Ticks ticks;
    private final InstantSource clock;
    private final Outage outage = new Outage();
    private final Loop renewing = new Loop("worker-lease", this::renew);
    private final Loop fencing = new Loop("worker-fence", this::look);
    private final ReentrantLock standing = new ReentrantLock();
    /** Written while {@link #standing} is held. */
    private volatile @Nullable Grant grant;

    private volatile LongConsumer onTrust = until -> {};

    private record Grant(String workerId, long trustedUntilNanos) {}

    Lease(WorkerPool.Ports ports, WorkerSettings settings, Supplier<WorkerInfo> identities, Holdings holdings) {
        this.store = ports.leases();
        this.metrics = ports.metrics();
        this.settings = settings;
        this.identities = identities;
        this.holdings = holdings;
        this.ticks = ports.ticks();
        this.clock = ports.clock();
    }

    void start() {
        renewing.start();
        fencing.start();
    }

    void stop() throws InterruptedException {
        renewing.interrupt();
        fencing.interrupt();
        boolean stopped = renewing.awaitStopped(Duration.ofSeconds(5)) && fencing.awaitStopped(Duration.ofSeconds(1));
        LOG.debug("the lease's threads have stopped: {}", stopped);
    }

    Optional<String> trouble() {
        return renewing.trouble().or(fencing::trouble);
    }

    /** The id to claim under, while the engine trusts this process. */
    Optional<String> trustedWorker() {
        Grant now = grant;
        return now == null || isOver(now) ? Optional.empty() : Optional.of(now.workerId);
    }

    /** The id of the last grant, trusted or not. */
    Optional<String> worker() {
        return Optional.ofNullable(grant).map(Grant::workerId);
    }

    private Duration renew() {
        Grant before = grant;
        long sent = ticks.nanos();
        if (before == null) {
            WorkerInfo identity = identities.get();
            store.register(identity, settings.lease());
            set(new Grant(identity.id(), sent + trust()));
            LOG.debug("working as {}", identity.id());
            return settings.renewEvery();
        }
        try {
            Collection<Hold> holds = holdings.holds();
            Renewal renewal = store.renew(before.workerId, settings.lease(), holds);
            metrics.leaseRenewed(renewal.alive() ? LeaseRenewal.RENEWED : LeaseRenewal.REFUSED);
            if (!renewal.alive()) {
                LOG.warn("the lease of {} was taken away; its attempts stop and a new one begins", before.workerId);
                set(null);
                follow(holdings.all());
                return Duration.ZERO;
            }
            set(new Grant(before.workerId, sent + trust()));
            int goOn = judge(holds, renewal);
            if (outage.ends()) {
                LOG.info("the lease of {} is renewed again; {} agents that stood still go on", before.workerId, goOn);
            }
            return settings.renewEvery();
        } catch (StoreUnavailable e) {
            metrics.leaseRenewed(LeaseRenewal.FAILED);
            if (outage.isNews(e)) {
                LOG.warn("the lease of {} could not be renewed: {}", before.workerId, e.getMessage());
            }
            return RETRY.compareTo(settings.renewEvery()) < 0 ? RETRY : settings.renewEvery();
        }
    }

    /** A margin for the time between stopping attempts and their being stopped. */
    private long trust() {
        return settings.lease().toNanos() * 9 / 10;
    }

    /** For this process to stop its agents by itself. What ends them when it does not has the rest of the lease. */
    private long respite() {
        return (settings.lease().toNanos() - trust()) * 2 / 3;
    }

    void onTrust(LongConsumer listener) {
        onTrust = listener;
    }

    /** How many agents that stood still go on. */
    private int judge(Collection<Hold> asked, Renewal renewal) {
        List<Attempt> stillOurs = new ArrayList<>();
        Map<Hold, Trusted> trusted = new HashMap<>();
        renewal.trusted().forEach(t -> trusted.put(t.hold(), t));
        for (Hold hold : asked) {
            Optional<Attempt> attempt = holdings.find(hold);
            if (attempt.isEmpty()) {
                continue;
            }
            Trusted still = trusted.get(hold);
            if (still == null) {
                attempt.get().stop(new Stop.Revoked());
            } else {
                stillOurs.add(attempt.get());
                still.wrapUpBy().ifPresent(by -> attempt.get().requestWrapUp(notice(attempt.get(), by)));
                if (still.recalled()) {
                    recall(attempt.get());
                }
            }
        }
        return follow(stillOurs).getOrDefault(Move.THAW, 0);
    }

    /** Asks for an orderly return at first; one that does not come is not waited for. */
    private void recall(Attempt attempt) {
        if (attempt.recalledFor(ticks).compareTo(Stop.ORDERLY_RETURN) >= 0) {
            attempt.stop(new Stop.Recalled());
        }
    }

    private WrapUp notice(Attempt attempt, Instant by) {
        return attempt.inHand().wrapUp(by, clock.instant(), attempt.used());
    }

    private Duration look() {
        Grant now = grant;
        if (now == null) {
            return LOOK_WITHOUT_TRUST;
        }
        long left = now.trustedUntilNanos - ticks.nanos();
        if (left >= 0) {
            return Duration.ofNanos(left + 1);
        }
        Map<Move, Integer> moves = follow(holdings.all());
        int frozen = moves.getOrDefault(Move.FREEZE, 0);
        int stopped = moves.getOrDefault(Move.STOP, 0);
        if (frozen + stopped > 0) {
            LOG.warn("the lease of {} is over; {} agents stand still, {} stop", now.workerId, frozen, stopped);
        }
        return LOOK_WITHOUT_TRUST;
    }

    private void set(@Nullable Grant now) {
        standing.lock();
        try {
            if (now != null) {
                // First, so that nothing goes on that would be ended for an older word.
                onTrust.accept(now.trustedUntilNanos + respite());
            }
            grant = now;
        } finally {
            standing.unlock();
        }
    }

    /** Judged and carried out in one, so that no judgement is carried out after a later one; what was done, and how often. */
    private Map<Move, Integer> follow(Collection<Attempt> attempts) {
        standing.lock();
        try {
            Grant now = grant;
            Standing is = now == null ? Standing.LOST : isOver(now) ? Standing.CUT_OFF : Standing.TRUSTED;
            Map<Move, Integer> moves = new EnumMap<>(Move.class);
            attempts.forEach(attempt -> moves.merge(attempt.follow(is, settings.frozenAtMost()), 1, Integer::sum));
            return moves;
        } finally {
            standing.unlock();
        }
    }

    private boolean isOver(Grant granted) {
        return ticks.nanos() - granted.trustedUntilNanos > 0;
    }

    /** Renews at once: after a hint that something changed for this worker's tasks. */
    void renewNow() {
        renewing.wake();
    }
}
