package io.orchestrator.engine;

import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.Ready;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets a worker go on as a process does that was stopped and has just been woken: it has neither renewed its lease nor seen
 * time pass, so that nothing but the store's fences stands between it and the tasks it believes it holds.
 */
final class PausableLease implements LeaseStore, Ticks {
    private final LeaseStore real;
    private final Ticks ticks;
    private final AtomicReference<Optional<Long>> stoppedAt = new AtomicReference<>(Optional.empty());

    PausableLease(LeaseStore real, Ticks ticks) {
        this.real = real;
        this.ticks = ticks;
    }

    void pause() {
        stoppedAt.set(Optional.of(ticks.nanos()));
    }

    void goOn() {
        stoppedAt.set(Optional.empty());
    }

    @Override
    public long nanos() {
        return stoppedAt.get().orElseGet(ticks::nanos);
    }

    @Override
    public void register(WorkerInfo worker, Duration lease) {
        real.register(worker, lease);
    }

    @Override
    public Renewal renew(String workerId, Duration lease, Collection<Hold> holds) {
        if (stoppedAt.get().isPresent()) {
            throw new StoreUnavailable("this worker is paused", new IllegalStateException("paused"));
        }
        return real.renew(workerId, lease, holds);
    }

    @Override
    public void drain(String workerId) {
        real.drain(workerId);
    }

    @Override
    public Ready release(String workerId) {
        return real.release(workerId);
    }
}
