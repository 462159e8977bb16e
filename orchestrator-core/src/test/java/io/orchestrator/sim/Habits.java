package io.orchestrator.sim;

import io.orchestrator.store.ClaimedTask;

/**
 * How the tasks of a seed behave.
 *
 * @param failing of a step, by chance
 * @param poison whether one task in some takes its worker down whenever it runs
 * @param longest a step takes up to this many milliseconds
 */
record Habits(double failing, boolean poison, long longest) {
    static Habits of(World world) {
        return new Habits(
                world.chance(0.5) ? 0 : 0.2, world.chance(0.1), world.between(10 * Pace.MINUTE, 6 * Pace.HOUR));
    }

    long stepTakes(World world) {
        return world.between(Pace.SECOND, longest);
    }

    boolean fails(World world) {
        return world.chance(failing);
    }

    int steps(ClaimedTask task) {
        return 1 + Math.floorMod(task.hold().taskId().hashCode(), 3);
    }

    boolean crashes(World world, ClaimedTask task) {
        return poison ? Math.floorMod(task.hold().taskId().hashCode(), 7) == 0 : world.chance(0.002);
    }
}
