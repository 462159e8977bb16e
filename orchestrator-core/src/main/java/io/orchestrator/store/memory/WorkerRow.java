package io.orchestrator.store.memory;

import io.orchestrator.store.LeaseStore.WorkerInfo;
import java.time.Instant;
import java.util.Optional;

/** A worker and its lease; without one it holds nothing. */
final class WorkerRow {
    /** What became of a worker. */
    enum State {
        ALIVE,
        DRAINING,
        STOPPED,
        LOST
    }

    final WorkerInfo info;
    State state = State.ALIVE;
    Optional<Instant> leaseUntil;

    WorkerRow(WorkerInfo info, Instant leaseUntil) {
        this.info = info;
        this.leaseUntil = Optional.of(leaseUntil);
    }

    boolean isPresent() {
        return state == State.ALIVE || state == State.DRAINING;
    }

    boolean mayClaimAt(Instant now) {
        return leaseUntil.map(now::isBefore).orElse(false);
    }

    /** Takes the lease away; how a worker ended is said once. */
    void stop(State end) {
        leaseUntil = Optional.empty();
        if (isPresent()) {
            state = end;
        }
    }
}
