package io.orchestrator.sim;

import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A worker process: what {@code WorkerPool} is, without threads. */
final class SimWorker {
    private static final int SLOTS = 3;

    private final Engine engine;
    private final SimProcess process;
    private final Map<Hold, SimAttempt> holdings = new LinkedHashMap<>();
    private final TaskQueue queue;
    private final Announcer announcer;
    private final SimLease lease;
    private final SimReporter reporter;
    private final SimIntake intake;
    private final SimLoop beating;
    private int used;
    private boolean leaving;

    SimWorker(Engine engine, String name) {
        this.engine = engine;
        this.process = new SimProcess(engine.world(), name);
        this.queue = engine.queue();
        this.announcer = new Announcer(queue, engine.hints());
        this.lease = new SimLease(this);
        this.reporter = new SimReporter(this);
        this.intake = new SimIntake(this, queue.reader(name));
        this.beating = new SimLoop(process, this::beat);
        beating.start();
    }

    Engine engine() {
        return engine;
    }

    SimProcess process() {
        return process;
    }

    SimLease lease() {
        return lease;
    }

    SimReporter reporter() {
        return reporter;
    }

    Announcer announcer() {
        return announcer;
    }

    Map<Hold, SimAttempt> holdings() {
        return holdings;
    }

    boolean mayStop() {
        return process.isAlive() && !process.isPaused() && !leaving;
    }

    int free() {
        return SLOTS - used;
    }

    void begin(ClaimedTask task, RetryPolicy policy) {
        used++;
        SimAttempt attempt = new SimAttempt(this, task, policy);
        holdings.put(task.hold(), attempt);
        attempt.begin();
    }

    void slotFreed() {
        used--;
        intake.wake();
    }

    void ticketsCame() {
        intake.wake();
    }

    private long beat() {
        List<TaskStore.Heartbeat> beats =
                holdings.values().stream().map(SimAttempt::heartbeat).toList();
        engine.ports().tasks().heartbeat(beats);
        return Pace.HEARTBEAT;
    }

    /** False when it was on its way out, and its successor is on its way in. */
    boolean crash() {
        process.crash();
        return !leaving;
    }

    /** Stands still past its lease; then its bodies go on as if nothing had been, before anything tells them. */
    void pause(long time) {
        process.pause(time);
        process.after(time, () -> List.copyOf(holdings.values()).forEach(SimAttempt::goOnAsZombie));
    }

    /** Stops reading, hands back what does not end in time, and gives up the lease last. */
    void stop() {
        process.world().note("stopping", process.name());
        leaving = true;
        intake.stop();
        process.after(
                Pace.GRACE * 2 / 3,
                () -> List.copyOf(holdings.values()).forEach(attempt -> attempt.stop(SimAttempt.Stop.SHUTDOWN)));
        process.after(Pace.GRACE, this::sayGoodbye);
    }

    private void sayGoodbye() {
        process.exit();
        try {
            lease.workerId()
                    .ifPresent(id -> announcer.announce(engine.ports().leases().release(id)));
        } catch (StoreUnavailable e) {
            process.world().note("goodbye", "the lease is left to run out");
        }
    }
}
