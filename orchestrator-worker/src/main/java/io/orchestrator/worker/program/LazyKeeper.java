package io.orchestrator.worker.program;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds out what this host has when the first program starts or somebody asks: a worker without programs pays nothing. */
final class LazyKeeper implements Keeper {
    private final Supplier<Keeper> finding;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Keeper found;
    private volatile long trustedUntil = Long.MAX_VALUE;

    LazyKeeper(Supplier<Keeper> finding) {
        this.finding = finding;
    }

    private Keeper keeper() {
        lock.lock();
        try {
            Keeper known = found;
            if (known == null) {
                known = finding.get();
                found = known;
                known.trustedUntil(trustedUntil);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Started start(ProcessBuilder builder) throws IOException {
        return keeper().start(builder);
    }

    @Override
    public Keeping keeping() {
        return keeper().keeping();
    }

    /** Who renews a lease does not wait for a compiler. */
    @Override
    public void trustedUntil(long nanos) {
        trustedUntil = nanos;
        Keeper known = found;
        if (known != null) {
            known.trustedUntil(nanos);
        }
    }
}
