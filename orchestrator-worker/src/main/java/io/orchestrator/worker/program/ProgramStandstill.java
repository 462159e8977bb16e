package io.orchestrator.worker.program;

import io.orchestrator.agent.Freezable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Whether a program is to stand still, and the wait of who follows it. Thread-safe. */
final class ProgramStandstill implements Freezable {
    private final ProcessTree tree;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition goesOn = lock.newCondition();
    private boolean still;

    ProgramStandstill(ProcessTree tree) {
        this.tree = tree;
    }

    @Override
    public void freeze(Runnable couldNot) {
        lock.lock();
        try {
            still = true;
            tree.freeze(couldNot);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void thaw() {
        lock.lock();
        try {
            still = false;
            tree.thaw();
            goesOn.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isOn() {
        lock.lock();
        try {
            return still;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while it is on, and looks for a reason to end it all the same; whether it had to wait. */
    boolean await(BooleanSupplier ended, Duration look) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean waited = still;
            while (still && !ended.getAsBoolean()) {
                boolean signalled = goesOn.await(look.toNanos(), TimeUnit.NANOSECONDS);
                waited |= signalled;
            }
            return waited;
        } finally {
            lock.unlock();
        }
    }
}
