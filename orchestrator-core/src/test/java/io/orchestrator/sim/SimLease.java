package io.orchestrator.sim;

import io.orchestrator.attempt.Standing;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.Renewal;
import io.orchestrator.store.LeaseStore.Trusted;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.StoreUnavailable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the worker's {@code Lease} does: renews, judges its attempts by the answer, and fences itself by its own clock. */
final class SimLease {
    private record Grant(String workerId, long trustedUntil) {}

    private final SimWorker worker;
    private final SimProcess process;
    private @Nullable Grant grant;

    SimLease(SimWorker worker) {
        this.worker = worker;
        this.process = worker.process();
        new SimLoop(process, this::renew).start();
    }

    Optional<String> workerId() {
        return Optional.ofNullable(grant).map(Grant::workerId);
    }

    /** Empty also while this process cannot be sure of its lease. */
    Optional<String> trustedWorker() {
        return Optional.ofNullable(grant).filter(g -> !isOver(g)).map(Grant::workerId);
    }

    private boolean isOver(Grant granted) {
        return process.ticks() > granted.trustedUntil;
    }

    private long renew() {
        Grant before = grant;
        if (before == null) {
            String id = worker.engine().ids().worker();
            WorkerInfo identity = new WorkerInfo(id, process.name(), "boot", 1, "then", 1, "sim");
            worker.engine().ports().leases().register(identity, Pace.LEASE);
            grant(id);
            return Pace.RENEW;
        }
        try {
            List<Hold> holds = List.copyOf(worker.holdings().keySet());
            Renewal renewal = worker.engine().ports().leases().renew(before.workerId, Pace.LEASE, holds);
            if (!renewal.alive()) {
                process.world().note("lease lost", before.workerId);
                grant = null;
                attempts().forEach(attempt -> attempt.follow(Standing.LOST));
                return 0;
            }
            grant(before.workerId);
            judge(holds, renewal);
            return Pace.RENEW;
        } catch (StoreUnavailable e) {
            return Pace.RENEW_AGAIN;
        }
    }

    private void grant(String id) {
        long trust = Pace.LEASE_MS * 9 / 10;
        grant = new Grant(id, process.ticks() + trust);
        process.after(trust + process.world().between(0, Pace.FENCE_LOOK), this::look);
    }

    private void look() {
        Grant now = grant;
        if (now != null && !isOver(now) && now.trustedUntil - process.ticks() < Pace.FENCE_LOOK) {
            process.after(Pace.FENCE_LOOK, this::look);
        }
        if (now != null && isOver(now) && worker.engine().fences()) {
            attempts().forEach(attempt -> attempt.follow(Standing.CUT_OFF));
            process.after(Pace.MINUTE, () -> lookAgain(now));
        }
    }

    private void follow(SimAttempt attempt, boolean recalled) {
        attempt.follow(Standing.TRUSTED);
        if (recalled) {
            attempt.stop(SimAttempt.Stop.RECALLED);
        }
    }

    private void lookAgain(Grant seen) {
        if (seen.equals(grant)) {
            look();
        }
    }

    private List<SimAttempt> attempts() {
        return List.copyOf(worker.holdings().values());
    }

    private void judge(List<Hold> asked, Renewal renewal) {
        Set<Hold> trusted = renewal.trusted().stream().map(Trusted::hold).collect(Collectors.toSet());
        Set<Hold> recalled = renewal.trusted().stream()
                .filter(Trusted::recalled)
                .map(Trusted::hold)
                .collect(Collectors.toSet());
        for (Hold hold : asked) {
            SimAttempt attempt = worker.holdings().get(hold);
            if (attempt != null && !trusted.contains(hold)) {
                attempt.stop(SimAttempt.Stop.REVOKED);
            } else if (attempt != null) {
                follow(attempt, recalled.contains(hold));
            }
        }
    }
}
