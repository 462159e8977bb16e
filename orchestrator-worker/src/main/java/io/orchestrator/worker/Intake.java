package io.orchestrator.worker;

import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.LaneOrder;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.service.Loop;
import io.orchestrator.service.Outage;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads as many tickets as there is room for, claims, settles, and hands over what it got. Settling comes after the
 * claim and before the work: whatever came of the claim, a ticket has then done its duty, because a task that stays
 * queued gets a new one.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final int LARGEST_BATCH = 256;
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final Duration WITHOUT_LEASE = Duration.ofMillis(100);
    private static final Duration QUEUE_IS_AWAY_AFTER = Duration.ofSeconds(2);
    private static final Duration LOOK_FOR_DECLINED_EVERY = Duration.ofSeconds(10);
    private static final Duration LOOK_FOR_UNSENT_AFTER = Duration.ofSeconds(10);
    private static final Duration SHORTEST_POLL = Duration.ofMillis(50);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

    private final TaskQueue queue;
    private final TaskStore tasks;
    private final EngineMetrics metrics;
    private final Lease lease;
    private final Slots slots;
    private final Holdings holdings;
    private final Ticks ticks;
    private final Predicate<ClaimedTask> starter;
    private final Loop loop = new Loop("worker-intake", this::round);
    private final String consumer;
    private TaskQueue.@Nullable Reader reader;
    /** The store may believe that this worker holds tasks that it does not hold. */
    private boolean storeMayBelieveMore;

    private volatile boolean disownAsked;
    private long queueFailingSince;
    private boolean queueFailing;
    private final Outage outage = new Outage();
    private Duration poll = SHORTEST_POLL;
    private @Nullable Long lookedForDeclinedNanos;
    /** Since when neither the queue nor a look into the store brought anything. */
    private long quietSinceNanos;
    /** No lane starves while tasks come from the store either. */
    private final LaneOrder order = new LaneOrder();

    Intake(
            WorkerPool.Ports ports,
            Lease lease,
            Slots slots,
            Holdings holdings,
            Predicate<ClaimedTask> starter,
            String consumer) {
        this.queue = ports.queue();
        this.tasks = ports.tasks();
        this.metrics = ports.metrics();
        this.ticks = ports.ticks();
        this.lease = lease;
        this.slots = slots;
        this.holdings = holdings;
        this.starter = starter;
        this.consumer = consumer;
        this.quietSinceNanos = ticks.nanos();
    }

    void start() {
        loop.start();
    }

    void stop(Duration atMost) throws InterruptedException {
        loop.stop();
        closeReader();
        if (!loop.awaitStopped(atMost)) {
            loop.interrupt();
        }
        closeReader();
    }

    /** Gives back, before the next claim, what the store believes this process holds and it does not. */
    void disownWhatIsUnknown() {
        disownAsked = true;
    }

    Optional<String> trouble() {
        return loop.trouble();
    }

    /** Whether tickets come from the queue; otherwise tasks are claimed from the store directly. */
    boolean queueAnswers() {
        return !queueFailing;
    }

    private Duration round() throws InterruptedException {
        int free = slots.awaitRoom(WAIT);
        Optional<String> worker = lease.trustedWorker();
        if (free == 0) {
            return Duration.ZERO;
        }
        if (worker.isEmpty()) {
            return WITHOUT_LEASE;
        }
        disownWhatIsNotHeld(worker.get());
        int max = Math.min(free, LARGEST_BATCH);
        if (tookDeclined(worker.get(), max) || tookUnsent(worker.get(), max)) {
            return Duration.ZERO;
        }
        try {
            fromQueue(worker.get(), max);
            if (queueFailing) {
                LOG.info("the queue can be used again");
                queueFailing = false;
                outage.ends();
            }
            return Duration.ZERO;
        } catch (QueueUnavailable e) {
            return queueFailed(worker.get(), max, e);
        }
    }

    /** At once when this worker is new, and now and then: whether there was anything that others cannot do. */
    private boolean tookDeclined(String worker, int max) {
        Long last = lookedForDeclinedNanos;
        if (last != null && ticks.since(last).compareTo(LOOK_FOR_DECLINED_EVERY) < 0) {
            return false;
        }
        lookedForDeclinedNanos = ticks.nanos();
        storeMayBelieveMore = true;
        List<ClaimedTask> claimed = tasks.claimDeclined(worker, max);
        storeMayBelieveMore = false;
        metrics.claimed(claimed.size(), 0);
        take(claimed);
        return !claimed.isEmpty();
    }

    /**
     * What is queued while no ticket comes: those who send may be unable to, where this worker sees a queue that is merely
     * empty. As long as that brings something there is more.
     */
    private boolean tookUnsent(String worker, int max) {
        if (queueFailing || ticks.since(quietSinceNanos).compareTo(LOOK_FOR_UNSENT_AFTER) < 0) {
            return false;
        }
        boolean found = fromStore(worker, max);
        if (!found) {
            quietSinceNanos = ticks.nanos();
        }
        return found;
    }

    /** Before every claim: one that succeeds must not make an earlier one forgotten whose answer was lost. */
    private void disownWhatIsNotHeld(String worker) {
        if (storeMayBelieveMore || disownAsked) {
            disownAsked = false;
            tasks.disown(worker, holdings.holds());
            storeMayBelieveMore = false;
        }
    }

    private void fromQueue(String worker, int max) {
        TaskQueue.Reader open = reader();
        List<Delivery> deliveries = open.read(max, WAIT);
        if (deliveries.isEmpty()) {
            return;
        }
        quietSinceNanos = ticks.nanos();
        try {
            take(tasks(worker, deliveries));
        } catch (StoreUnavailable e) {
            open.giveBack(deliveries);
            throw e;
        }
        open.settle(deliveries);
    }

    private List<ClaimedTask> tasks(String worker, List<Delivery> deliveries) {
        storeMayBelieveMore = true;
        List<ClaimedTask> claimed =
                tasks.claim(worker, deliveries.stream().map(Delivery::taskId).toList());
        storeMayBelieveMore = false;
        metrics.claimed(claimed.size(), deliveries.size() - claimed.size());
        return claimed;
    }

    private void take(List<ClaimedTask> claimed) {
        for (ClaimedTask task : claimed) {
            storeMayBelieveMore |= !starter.test(task);
        }
    }

    private Duration queueFailed(String worker, int max, QueueUnavailable e) {
        if (!queueFailing) {
            queueFailing = true;
            queueFailingSince = ticks.nanos();
        }
        if (outage.isNews(e)) {
            LOG.warn("tasks are taken from Postgres, because the queue cannot be used: {}", e.getMessage());
        }
        if (ticks.since(queueFailingSince).compareTo(QUEUE_IS_AWAY_AFTER) < 0) {
            return Duration.ofMillis(200);
        }
        disownWhatIsNotHeld(worker);
        boolean found = fromStore(worker, max);
        poll = found ? SHORTEST_POLL : longer(poll);
        return found ? Duration.ZERO : poll;
    }

    /** Whether there was anything. */
    private boolean fromStore(String worker, int max) {
        storeMayBelieveMore = true;
        List<ClaimedTask> claimed = tasks.claimNext(worker, max, order.next());
        storeMayBelieveMore = false;
        if (!claimed.isEmpty()) {
            order.broughtTickets();
        }
        metrics.claimed(claimed.size(), 0);
        take(claimed);
        return !claimed.isEmpty();
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : doubled;
    }

    private synchronized TaskQueue.Reader reader() {
        TaskQueue.Reader open = reader;
        if (open == null) {
            open = queue.reader(consumer);
            reader = open;
        }
        return open;
    }

    /** Ends a read that is waiting. */
    private synchronized void closeReader() {
        TaskQueue.Reader open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }
}
