package io.orchestrator.sim;

/** An operating system's process: it can die, stand still, and lose its way to the store. A new start is a new object. */
final class SimProcess {
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final World world;
    private final String name;
    private final double clockRate;
    private boolean alive = true;
    private long pausedUntil = NEVER;
    private long cutOffUntil = NEVER;

    SimProcess(World world, String name) {
        this.world = world;
        this.name = name;
        this.clockRate = 0.99 + world.random().nextDouble() * 0.02;
    }

    String name() {
        return name;
    }

    World world() {
        return world;
    }

    /** Monotonic time as this process' own clock counts it, up to one in a hundred too fast or too slow. */
    long ticks() {
        return (long) (world.now() * clockRate);
    }

    /** Does something later, unless the process is dead by then; one that stands still does it when it goes on. */
    void after(long delay, Runnable action) {
        world.after(delay, () -> whenAwake(action));
    }

    private void whenAwake(Runnable action) {
        if (!alive) {
            return;
        }
        if (isPaused()) {
            world.at(pausedUntil + world.between(0, Pace.SECOND), () -> whenAwake(action));
            return;
        }
        world.as(this, action);
    }

    void crash() {
        alive = false;
        world.note("crash", name);
    }

    void exit() {
        alive = false;
    }

    void pause(long time) {
        pausedUntil = world.now() + time;
        world.note("pause", name + " for " + time / Pace.SECOND + " s");
    }

    void cutOff(long time) {
        cutOffUntil = world.now() + time;
        world.note("cut off", name + " for " + time / Pace.SECOND + " s");
    }

    boolean isAlive() {
        return alive;
    }

    boolean isPaused() {
        return world.now() < pausedUntil;
    }

    boolean isCutOff() {
        return world.now() < cutOffUntil;
    }

    /** Whether code of this process runs now, or did not stand still lately. */
    boolean isAwakeSince(long time) {
        return alive && world.now() - pausedUntil >= time;
    }

    /** Whether it did all that a healthy process does for this long: only then must nobody take its work. */
    boolean isHealthySince(long time) {
        return isAwakeSince(time) && world.now() - cutOffUntil >= time;
    }
}
