package io.orchestrator.worker;

import io.orchestrator.service.Loop;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskLogs.Addition;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what the attempts of this process say, about a second after they said it and all of them in one statement; while
 * nobody says anything it asks nothing. Nobody waits for it but an attempt that ends, for a moment. While the store is away
 * what is said is remembered within bounds, and what goes beyond them is left out and counted. Thread-safe.
 */
final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private static final Duration GATHERING = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofMinutes(1);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final Duration STOPPING = Duration.ofSeconds(2);

    /** Waiting in this process, over all attempts. */
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    private static final long HURRY_BYTES = MOST_BYTES / 4;
    private static final long STATEMENT_BYTES = 1024 * 1024;

    private final TaskLogs logs;
    private final Ticks ticks;
    private final InstantSource clock;
    private final Loop loop = new Loop("worker-logs", this::round);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stored = lock.newCondition();
    /** Those that wait to be stored, in the order in which they began to. */
    private final Set<LogBuffer> waiting = new LinkedHashSet<>();

    private final Set<LogBuffer> underWay = new LinkedHashSet<>();
    private List<Addition> statement = List.of();
    private long waitingBytes;
    private long waitingSinceNanos;
    private boolean hurry;
    private boolean away;
    private boolean refused;

    LogWriter(TaskLogs logs, Ticks ticks, InstantSource clock) {
        this.logs = logs;
        this.ticks = ticks;
        this.clock = clock;
    }

    void start() {
        loop.start();
    }

    /** Stores what waits, where that takes but a moment, and stops. */
    void stop() throws InterruptedException {
        lock.lock();
        try {
            awaitStored(() -> !waiting.isEmpty() || !underWay.isEmpty(), STOPPING);
        } finally {
            lock.unlock();
        }
        loop.interrupt();
        if (!loop.awaitStopped(STOPPING)) {
            LOG.warn("what agents logged last is still being stored after {} and is left behind", STOPPING);
        }
    }

    void add(LogBuffer buffer, List<LogLine> lines) {
        lock.lock();
        try {
            if (waiting.isEmpty() && underWay.isEmpty()) {
                waitingSinceNanos = ticks.nanos();
                loop.wake();
            }
            waiting.add(buffer);
            for (LogLine line : lines) {
                long before = buffer.bytes();
                buffer.add(line, waitingBytes + LogBuffer.cost(line) <= MOST_BYTES);
                waitingBytes += buffer.bytes() - before;
            }
            if (waitingBytes > HURRY_BYTES && !hurry) {
                hurry = true;
                loop.wake();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stores what an attempt said last before its end becomes known, so that who looks then finds it. Bounded, and does not
     * wait at all while the store is away. Keeps an interrupt for later.
     */
    void flush(LogBuffer buffer) {
        boolean interrupted = Thread.interrupted();
        lock.lock();
        try {
            awaitStored(() -> waiting.contains(buffer) || underWay.contains(buffer), LAST_WORDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void awaitStored(BooleanSupplier waits, Duration atMost) throws InterruptedException {
        if (!waits.getAsBoolean() || away) {
            return;
        }
        hurry = true;
        loop.wake();
        long nanos = atMost.toNanos();
        while (waits.getAsBoolean() && !away) {
            if (nanos <= 0) {
                // Others that end now are not to wait as well.
                away = true;
                return;
            }
            nanos = stored.awaitNanos(nanos);
        }
    }

    private Duration round() {
        Duration pause = take();
        if (!pause.isZero()) {
            return pause;
        }
        try {
            store(statement);
        } catch (StoreUnavailable e) {
            lock.lock();
            try {
                away = true;
                stored.signalAll();
            } finally {
                lock.unlock();
            }
            throw e;
        }
        done();
        return Duration.ZERO;
    }

    /** How long there is nothing to store yet; zero when the next statement is ready, or is to be tried again. */
    private Duration take() {
        lock.lock();
        try {
            if (!statement.isEmpty()) {
                return Duration.ZERO;
            }
            if (waiting.isEmpty()) {
                hurry = false;
                return REST;
            }
            Duration left = GATHERING.minus(ticks.since(waitingSinceNanos));
            if (!hurry && left.isPositive()) {
                return left;
            }
            fill();
            return statement.isEmpty() ? REST : Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    private void fill() {
        List<Addition> additions = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && bytes < STATEMENT_BYTES) {
            LogBuffer buffer = waiting.iterator().next();
            waiting.remove(buffer);
            underWay.add(buffer);
            bytes += buffer.bytes();
            waitingBytes -= buffer.bytes();
            additions.addAll(buffer.take(clock.instant()));
        }
        statement = additions;
    }

    private void done() {
        lock.lock();
        try {
            statement = List.of();
            underWay.clear();
            away = false;
            hurry = hurry && !waiting.isEmpty();
            if (waiting.isEmpty() || !hurry) {
                waitingSinceNanos = ticks.nanos();
            }
            stored.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What the store refuses is left out: the numbers of the lines tell that some are missing. */
    private void store(List<Addition> additions) {
        try {
            logs.append(additions);
            refused = false;
        } catch (StoreUnavailable e) {
            throw e;
        } catch (DataRejected e) {
            if (additions.size() > 1) {
                additions.forEach(addition -> store(List.of(addition)));
            } else {
                LOG.warn("lines of a log cannot be stored: {}", e.getMessage());
            }
        } catch (RuntimeException e) {
            if (!refused) {
                LOG.warn("what agents log cannot be stored", e);
                refused = true;
            }
        }
    }
}
