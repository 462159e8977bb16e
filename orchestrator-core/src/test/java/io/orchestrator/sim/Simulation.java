package io.orchestrator.sim;

/** One seed's 50 hours and what comes after them. */
final class Simulation {
    private static final int CHECK_PROGRESS_EVERY = 256;

    private final long seed;
    private final World world;
    private final Engine engine;
    private long events;
    private boolean calm;

    /** What came of it; equal for equal seeds. */
    record Result(long events, long simulatedMs, long traceHash) {}

    private Simulation(long seed, Mutant mutant) {
        this.seed = seed;
        this.world = new World(seed);
        this.engine = new Engine(world, mutant);
        new Chaos(engine);
    }

    /** @throws AssertionError that names the seed, when anything went wrong */
    static Result run(long seed, Mutant mutant) {
        Simulation simulation = new Simulation(seed, mutant);
        try {
            return simulation.run();
        } catch (Violation | RuntimeException e) {
            throw new AssertionError(simulation.explain(e), e);
        }
    }

    /** The whole state in which the store is left. */
    static String storeAfter(long seed) {
        Simulation simulation = new Simulation(seed, Mutant.NONE);
        simulation.run();
        return simulation.engine.store().dump();
    }

    private Result run() {
        while (!isOver()) {
            world.step();
            events++;
            if (!calm && world.now() >= Pace.FAULTS_UNTIL) {
                calm = true;
                world.note("faults are over", "");
                engine.endFaults();
            }
            if (engine.store().answers() && engine.faults().takeChanged()) {
                engine.faults().observe(() -> engine.watch().look(false));
            }
            if (calm && events % CHECK_PROGRESS_EVERY == 0) {
                engine.faults().observe(() -> engine.watch().requireProgress(Pace.FAULTS_UNTIL));
            }
        }
        engine.store().comeBack();
        engine.faults().observe(() -> engine.watch().look(true));
        requireNothingLeft();
        return new Result(events, world.now(), world.trace().hash());
    }

    private boolean isOver() {
        return calm && engine.allIsSubmitted() && engine.watch().allOver();
    }

    private void requireNothingLeft() {
        engine.faults().observe(() -> {
            long timers = engine.store().timers().stats().pending();
            if (timers > 0) {
                throw new Violation(timers + " timers are left though all runs have ended");
            }
        });
    }

    private String explain(Throwable e) {
        return """
                seed %d, after %d events and %.1f simulated hours: %s
                Run it again with: mvn -pl orchestrator-core -am test -Dtest=EngineSim -Dsim.seed=%d -Dsurefire.failIfNoSpecifiedTests=false
                When it is mended, add the seed to src/test/resources/io/orchestrator/sim/seeds.txt.
                What happened last:
                %s""".formatted(
                        seed,
                        events,
                        (double) world.now() / Pace.HOUR,
                        e,
                        seed,
                        world.trace().tail());
    }
}
