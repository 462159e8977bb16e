package io.orchestrator.sim;

import io.orchestrator.store.memory.Faults;
import java.util.Set;

/** Loses requests and answers by chance, those of processes that are cut off always, and none of the observer's. */
final class StoreFaults implements Faults {
    /** Or seldom: then the caller says so. */
    private static final Set<String> CHANGES_NOTHING = Set.of(
            "recovery.reap",
            "timers.fireDue",
            "tasks.heartbeat",
            "leases.register",
            "leases.renew",
            "timers.untilNext",
            "timers.fireCustom",
            "dispatch.due",
            "dispatch.everythingIsDue",
            "tasks.context",
            "recovery.sweep",
            "checkpoints.stepResult");

    private final World world;
    private double probability;
    private boolean observing;
    private boolean changed = true;

    StoreFaults(World world, double probability) {
        this.world = world;
        this.probability = probability;
    }

    void none() {
        probability = 0;
    }

    /** Runs a call of the simulation itself, which meets no faults. */
    void observe(Runnable look) {
        observing = true;
        try {
            look.run();
        } finally {
            observing = false;
        }
    }

    /** Says that a call has changed something, where that is seldom. */
    void changed() {
        changed = true;
    }

    /** Whether something may have changed since last asked. */
    boolean takeChanged() {
        boolean before = changed;
        changed = false;
        return before;
    }

    @Override
    public void at(String operation, Moment moment) {
        if (observing) {
            return;
        }
        if (moment == Moment.AFTER_COMMIT) {
            world.note(operation, "");
            changed |= !CHANGES_NOTHING.contains(operation);
        }
        boolean isCut = world.isCutOff() && moment == Moment.BEFORE_COMMIT;
        if (isCut || world.chance(probability)) {
            world.note(operation, moment == Moment.BEFORE_COMMIT ? "request lost" : "answer lost");
            changed = true;
            throw Faults.unavailable(operation, moment);
        }
    }
}
