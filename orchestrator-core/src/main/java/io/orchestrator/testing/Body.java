package io.orchestrator.testing;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs in turns with the engine's: either this one runs or that one, never both. So an agent is written as
 * it is for real, with calls that return later, and yet everything happens in one order.
 */
final class Body {
    /** Ends a body that the engine no longer has a use for; no agent is to handle it. */
    private static final class Discarded extends Error {
        private static final long serialVersionUID = 1L;

        Discarded() {
            super("the test engine was closed", null, false, false);
        }
    }

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String name;
    private final BiConsumer<Duration, Runnable> after;
    private final Semaphore bodysTurn = new Semaphore(0);
    private final Semaphore enginesTurn = new Semaphore(0);
    private final Thread thread;
    private boolean passing;
    private long passed;
    private volatile boolean discarded;
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;

    /**
     * A body that has not begun.
     *
     * @param after what calls an action back in virtual time, unless the process has died by then
     */
    Body(String name, VirtualTime time, BiConsumer<Duration, Runnable> after, Runnable work) {
        this.name = name;
        this.after = after;
        this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(time, work));
    }

    private void run(VirtualTime time, Runnable work) {
        time.begins(this);
        try {
            work.run();
        } catch (Discarded end) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            time.ends();
            ended = true;
            enginesTurn.release();
        }
    }

    /** On the engine's thread: runs the body until it lets time pass, or ends. */
    void begin() {
        thread.start();
        awaitEnginesTurn();
    }

    /** On the engine's thread. */
    private void goOn() {
        passing = false;
        bodysTurn.release();
        awaitEnginesTurn();
    }

    private void awaitEnginesTurn() {
        try {
            if (!enginesTurn.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " has not come back within " + PATIENCE.toSeconds()
                        + " s of real time: an agent under test waits by VirtualTime.pass, and for nothing else");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " was running", e);
        }
        if (failure != null) {
            throw new IllegalStateException(name + " has ended in a way that no worker survives", failure);
        }
    }

    /** On the body's thread: the engine goes on, and comes back at the end of that time. */
    void pass(Duration time) throws InterruptedException {
        failIfDiscarded();
        if (Thread.interrupted()) {
            throw new InterruptedException(name + " is to end");
        }
        waitFor(time);
        if (Thread.interrupted()) {
            throw new InterruptedException(name + " is to end");
        }
    }

    /** As {@link #pass}, for calls that cannot be interrupted; the thread stays interrupted if it was. */
    void passWhatever(Duration time) {
        failIfDiscarded();
        waitFor(time);
    }

    private void waitFor(Duration time) {
        long mine = ++passed;
        passing = true;
        after.accept(time, () -> {
            if (passing && mine == passed) {
                goOn();
            }
        });
        enginesTurn.release();
        bodysTurn.acquireUninterruptibly();
        failIfDiscarded();
    }

    private void failIfDiscarded() {
        if (discarded) {
            throw new Discarded();
        }
    }

    /** On the engine's thread: interrupts, and lets the body see it at once. */
    void interrupt() {
        if (!ended) {
            thread.interrupt();
            if (passing) {
                goOn();
            }
        }
    }

    /** On the engine's thread: ends a body whose process is gone, or whose engine is closed. */
    void discard() {
        discarded = true;
        if (!ended && passing) {
            goOn();
        }
    }
}
