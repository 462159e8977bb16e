package io.orchestrator.sim;

import io.orchestrator.store.ClaimedTask;

/**
 * How the tasks of a seed behave.
 *
 * @param failing of a step, by chance
 * @param poison whether one task in some takes its worker down whenever it runs
 * @param longest a step takes up to this many milliseconds
 * @param families whether tasks have children
 */
record Habits(double failing, boolean poison, long longest, boolean families) {
    static Habits of(World world) {
        return new Habits(
                world.chance(0.5) ? 0 : 0.2,
                world.chance(0.1),
                world.between(10 * Pace.MINUTE, 6 * Pace.HOUR),
                world.chance(0.5));
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

    /** How many children the task submits after its first step; few have any, and grandchildren have none. */
    int children(ClaimedTask task) {
        String id = task.hold().taskId();
        boolean isParent = families && Math.floorMod(id.hashCode(), 5) == 0 && !id.matches(".*[.].*[.].*");
        return isParent ? 1 + Math.floorMod(id.hashCode() / 5, 3) : 0;
    }

    boolean crashes(World world, ClaimedTask task) {
        return poison ? Math.floorMod(task.hold().taskId().hashCode(), 7) == 0 : world.chance(0.002);
    }
}
