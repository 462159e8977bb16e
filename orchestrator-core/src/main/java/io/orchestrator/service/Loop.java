package io.orchestrator.service;

import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.store.StoreUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that runs rounds until stopped. A wake-up that comes during a round is not lost: the next follows at once. */
public final class Loop implements Service {
    /** One round of work. */
    @FunctionalInterface
    public interface Round {
        /** Does what there is to do and returns how long to wait before the next round; zero for not at all. */
        Duration run() throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);
    private static final int ENOUGH_TO_TELL = 3;
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);

    private final String name;
    private final Round round;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Thread thread;
    private boolean stopping;
    private boolean woken;
    private Duration backOff = Duration.ZERO;
    private int failuresInARow;
    private volatile @Nullable String trouble;
    private final Outage outage = new Outage();

    public Loop(String name, Round round) {
        this.name = name;
        this.round = round;
    }

    @Override
    public void start() {
        lock.lock();
        try {
            if (thread != null && thread.isAlive()) {
                return;
            }
            stopping = false;
            thread = Thread.ofPlatform().name(name).daemon(true).start(this::run);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Makes the next round follow at once. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Stops without waiting for the present round to end by itself. */
    public void interrupt() {
        stop();
        lock.lock();
        try {
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean awaitStopped(Duration atMost) throws InterruptedException {
        Thread running;
        lock.lock();
        try {
            running = thread;
        } finally {
            lock.unlock();
        }
        return running == null || running.equals(Thread.currentThread()) || running.join(atMost);
    }

    private void run() {
        try {
            while (!isStopping()) {
                await(roundOrBackOff());
            }
        } catch (InterruptedException e) {
            LOG.debug("{} was interrupted and ends", name);
        }
    }

    private Duration roundOrBackOff() throws InterruptedException {
        try {
            Duration pause = round.run();
            failuresInARow = 0;
            trouble = null;
            if (!backOff.isZero()) {
                LOG.info("{} works again", name);
                backOff = Duration.ZERO;
            }
            outage.ends();
            return pause;
        } catch (StoreUnavailable e) {
            tell(outage.isNews(e), e);
        } catch (QueueUnavailable e) {
            tell(outage.isNews(e), e);
        } catch (RuntimeException e) {
            LOG.error("{} failed in a round and goes on", name, e);
            failuresInARow++;
            trouble = failuresInARow < ENOUGH_TO_TELL ? null : name + " fails in every round: " + e.getMessage();
        }
        Duration doubled = backOff.multipliedBy(2);
        backOff = backOff.isZero()
                ? FIRST_BACK_OFF
                : doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
        return backOff;
    }

    private void tell(boolean isNews, RuntimeException e) {
        if (isNews) {
            LOG.warn("{} waits: {}", name, e.getMessage());
        }
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private void await(Duration pause) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = pause.toNanos();
            while (nanos > 0 && !stopping && !woken) {
                nanos = changed.awaitNanos(nanos);
            }
            woken = false;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        } finally {
            lock.unlock();
        }
    }
}
