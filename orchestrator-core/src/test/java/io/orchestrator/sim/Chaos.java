package io.orchestrator.sim;

/** Strikes again and again until the faults are over: a worker, a service, the store or the queue. */
final class Chaos {
    private final Engine engine;
    private final World world;
    private final long meanPause;
    private long storeIsWhole;

    Chaos(Engine engine) {
        this.engine = engine;
        this.world = engine.world();
        this.meanPause = world.between(Pace.HOUR / 2, 12 * Pace.HOUR);
        next();
    }

    private void next() {
        world.after(world.between(Pace.SECOND, 2 * meanPause), () -> {
            if (world.now() < Pace.FAULTS_UNTIL) {
                strike((int) world.between(0, 11));
                next();
            }
        });
    }

    private void strike(int kind) {
        SimWorker worker = engine.anyWorker();
        switch (kind) {
            case 0 -> engine.crashAndRestart(worker);
            case 1 -> engine.stopAndRestart(worker);
            case 2 -> pause(worker, world.between(Pace.SECOND, Pace.LEASE_MS));
            case 3 -> pause(worker, world.between(Pace.LEASE_MS, 6 * Pace.LEASE_MS));
            case 4 -> worker.process().cutOff(world.between(Pace.MINUTE, 4 * Pace.LEASE_MS));
            case 5 -> engine.crashAndRestartAScheduler();
            case 6 -> engine.crashAndRestartATimerService();
            case 7, 8, 9 -> storeAway();
            default -> queueInTrouble();
        }
    }

    private static void pause(SimWorker worker, long time) {
        if (worker.process().isAlive() && !worker.process().isPaused()) {
            worker.pause(time);
        }
    }

    /** Not again before every lease was renewed: two outages in a row are two excuses to reap. */
    private void storeAway() {
        if (world.now() < storeIsWhole) {
            return;
        }
        long time = world.between(Pace.SECOND, 3 * Pace.LEASE_MS);
        storeIsWhole = world.now() + time + Pace.LEASE_MS;
        world.note("store away", time / Pace.SECOND + " s");
        engine.store().goAway();
        world.after(time, () -> {
            world.note("store back", "");
            engine.store().comeBack();
        });
    }

    private void queueInTrouble() {
        if (world.chance(0.5)) {
            world.note("queue", "forgets everything");
            engine.broker().forgetEverything();
            return;
        }
        long time = world.between(Pace.SECOND, 3 * Pace.HOUR);
        world.note("queue away", time / Pace.SECOND + " s");
        engine.broker().goAway();
        world.after(time, () -> engine.broker().comeBack());
    }
}
