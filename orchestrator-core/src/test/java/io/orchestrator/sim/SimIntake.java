package io.orchestrator.sim;

import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the worker's {@code Intake} does: read, claim, settle, each at a moment of its own, so that others come between. */
final class SimIntake {
    private final SimWorker worker;
    private final TaskStore tasks;
    private final TaskQueue.Reader reader;
    private final SimLoop loop;
    private List<Delivery> read = List.of();
    private List<Delivery> claimed = List.of();
    private String reading = "";
    private boolean storeMayBelieveMore;
    private boolean queueFailing;
    private long queueFailingSince;

    SimIntake(SimWorker worker, TaskQueue.Reader reader) {
        this.worker = worker;
        this.tasks = worker.engine().ports().tasks();
        this.reader = reader;
        this.loop = new SimLoop(worker.process(), this::round);
        loop.start();
    }

    /** Only a round that waits is woken: what was read goes its way in its own time. */
    void wake() {
        if (read.isEmpty() && claimed.isEmpty()) {
            loop.wake();
        }
    }

    void stop() {
        loop.stop();
        reader.close();
    }

    private long round() {
        boolean inTheMiddle = !read.isEmpty() || !claimed.isEmpty();
        try {
            return inTheMiddle ? goOn() : readMore();
        } catch (QueueUnavailable e) {
            return queueFailed();
        }
    }

    private long goOn() {
        return read.isEmpty() ? settle() : claim();
    }

    private long readMore() {
        int free = worker.free();
        Optional<String> id = worker.lease().trustedWorker();
        if (free == 0 || id.isEmpty()) {
            return Pace.POLL;
        }
        if (storeMayBelieveMore) {
            disown(id.get());
        }
        reading = id.get();
        read = reader.read(free, Duration.ZERO);
        if (read.isEmpty()) {
            queueFailing = false;
            return Pace.POLL;
        }
        return latency();
    }

    private void disown(String id) {
        tasks.disown(id, List.copyOf(worker.holdings().keySet()));
        storeMayBelieveMore = false;
    }

    private long claim() {
        List<Delivery> deliveries = read;
        read = List.of();
        try {
            storeMayBelieveMore = true;
            List<ClaimedTask> got = tasks.claim(
                    reading, deliveries.stream().map(Delivery::taskId).toList());
            storeMayBelieveMore = false;
            take(got);
        } catch (StoreUnavailable e) {
            reader.giveBack(deliveries);
            throw e;
        }
        claimed = deliveries;
        return latency();
    }

    private long settle() {
        List<Delivery> deliveries = claimed;
        claimed = List.of();
        reader.settle(deliveries);
        queueFailing = false;
        return 0;
    }

    private long latency() {
        return worker.process().world().between(0, 5 * Pace.SECOND);
    }

    private long queueFailed() {
        long now = worker.process().ticks();
        if (!queueFailing) {
            queueFailing = true;
            queueFailingSince = now;
        }
        if (now - queueFailingSince < Pace.QUEUE_IS_AWAY) {
            return 12 * Pace.SECOND;
        }
        storeMayBelieveMore = true;
        List<ClaimedTask> got = tasks.claimNext(reading, worker.free());
        storeMayBelieveMore = false;
        take(got);
        return got.isEmpty() ? Pace.MINUTE : 0;
    }

    /** An attempt begins with what its phase shares; where the store does not say, the task is given back unbegun. */
    private void take(List<ClaimedTask> got) {
        for (ClaimedTask task : got) {
            worker.engine().ledger().claimed(task, worker);
            try {
                worker.begin(
                        task, tasks.context(task.phaseId(), task.step()).plan().retry());
            } catch (StoreUnavailable e) {
                worker.process().world().note("not begun", task.hold().toString());
                storeMayBelieveMore |= worker.engine().givesBackWhatCannotBegin();
            }
        }
    }
}
