package io.orchestrator.sim;

import io.orchestrator.attempt.CutOffDecisions;
import io.orchestrator.attempt.Standing;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.queue.memory.MemoryBroker;
import io.orchestrator.run.Ids;
import io.orchestrator.store.memory.InMemoryStore;
import java.util.ArrayList;
import java.util.List;

/** One deployment: store, queue, and processes that are started again when they die. */
final class Engine {
    private final World world;
    private final Ids ids;
    private final StoreFaults faults;
    private final InMemoryStore store;
    private final MemoryBroker broker;
    private final Hints hints;
    private final Ports ports;
    private final Ledger ledger;
    private final Watch watch;
    private final Habits habits;
    private final Mutant mutant;
    private final List<SimWorker> workers = new ArrayList<>();
    private final List<SimScheduler> schedulers = new ArrayList<>();
    private final List<SimTimerService> timers = new ArrayList<>();
    private final List<Submitter> submitters = new ArrayList<>();
    private double queueFaults;

    Engine(World world, Mutant mutant) {
        this.world = world;
        this.mutant = mutant;
        this.ids = new Ids(world, world.random());
        this.faults =
                new StoreFaults(world, world.chance(0.3) ? 0 : world.random().nextDouble() * 0.03);
        this.queueFaults = world.chance(0.3) ? 0 : world.random().nextDouble() * 0.2;
        this.store = new InMemoryStore(world, ids, faults);
        this.broker = new MemoryBroker(world);
        this.hints = new UnreliableHints(new InMemoryHints(), this);
        this.ports = mutant.breaks(Ports.of(store), faults);
        this.ledger = new Ledger(world);
        this.watch = new Watch(world, store.runs(), ledger);
        this.habits = Habits.of(world);
        start();
    }

    private void start() {
        for (long left = world.between(1, 4); left > 0; left--) {
            workers.add(new SimWorker(this, "worker-" + left));
        }
        for (long left = world.between(1, 3); left > 0; left--) {
            schedulers.add(new SimScheduler(this, "scheduler-" + left));
            timers.add(new SimTimerService(this, "timer-" + left));
        }
        for (long left = world.between(2, 5); left > 0; left--) {
            Submitter submitter = new Submitter(this, "submitter-" + left);
            submitters.add(submitter);
            world.at(world.between(0, Pace.FAULTS_UNTIL * 4 / 5), submitter::start);
        }
    }

    World world() {
        return world;
    }

    Ids ids() {
        return ids;
    }

    Ports ports() {
        return ports;
    }

    Ledger ledger() {
        return ledger;
    }

    Watch watch() {
        return watch;
    }

    Habits habits() {
        return habits;
    }

    Hints hints() {
        return hints;
    }

    InMemoryStore store() {
        return store;
    }

    StoreFaults faults() {
        return faults;
    }

    MemoryBroker broker() {
        return broker;
    }

    /** A connection of a process' own. */
    TaskQueue queue() {
        return new UnreliableQueue(new InMemoryTaskQueue(broker), this);
    }

    double queueFaults() {
        return queueFaults;
    }

    /** What becomes of an attempt by its worker's standing. */
    CutOffDecisions.Move move(Standing standing, CutOffDecisions.Body body) {
        return mutant.instead(CutOffDecisions.move(standing, body, Pace.FROZEN_AT_MOST), body);
    }

    boolean fences() {
        return mutant != Mutant.NO_SELF_FENCE;
    }

    boolean givesBackWhatCannotBegin() {
        return mutant != Mutant.KEEPS_WHAT_CANNOT_BEGIN;
    }

    boolean allIsSubmitted() {
        return submitters.stream().allMatch(Submitter::isDone);
    }

    /** Whoever waits for tickets reads again. */
    void ticketsCame() {
        workers.forEach(SimWorker::ticketsCame);
    }

    void endFaults() {
        faults.none();
        queueFaults = 0;
        store.comeBack();
        broker.comeBack();
    }

    SimWorker anyWorker() {
        return workers.get((int) world.between(0, workers.size()));
    }

    void crashAndRestart(SimWorker worker) {
        if (worker.process().isAlive() && worker.crash()) {
            restart(worker);
        }
    }

    void stopAndRestart(SimWorker worker) {
        if (worker.mayStop()) {
            worker.stop();
            restart(worker);
        }
    }

    private void restart(SimWorker worker) {
        int index = workers.indexOf(worker);
        world.after(
                world.between(5 * Pace.MINUTE, Pace.HOUR),
                () -> workers.set(index, new SimWorker(this, worker.process().name())));
    }

    void crashAndRestartAScheduler() {
        int index = (int) world.between(0, schedulers.size());
        SimProcess process = schedulers.get(index).process();
        if (process.isAlive()) {
            process.crash();
            world.after(
                    world.between(Pace.SECOND, 2 * Pace.HOUR),
                    () -> schedulers.set(index, new SimScheduler(this, process.name())));
        }
    }

    void crashAndRestartATimerService() {
        int index = (int) world.between(0, timers.size());
        SimProcess process = timers.get(index).process();
        if (process.isAlive()) {
            process.crash();
            world.after(
                    world.between(Pace.SECOND, 2 * Pace.HOUR),
                    () -> timers.set(index, new SimTimerService(this, process.name())));
        }
    }
}
