package io.orchestrator.testing;

import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.PlanFault;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.plan.PlanTargets;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Submission;
import io.orchestrator.store.memory.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * An engine in memory, under a virtual clock, for testing plans and agents.
 *
 * <pre>{@code
 * try (TestEngine engine = TestEngine.builder()
 *         .agent("Researcher", (context, time) -> {
 *             time.pass(Duration.ofHours(3));
 *             return Json.object("found", 42);
 *         })
 *         .build()) {
 *     engine.in(Duration.ofHours(1), engine::crashWorker);
 *     TestRun run = engine.run(plan);
 *     assertThat(run.state()).isEqualTo(StageState.COMPLETED);
 * }
 * }</pre>
 *
 * <p>Nothing happens outside of {@link #advance}, {@link #runUntilEnd} and {@link #run}. The same calls give the same run,
 * to the millisecond. For one thread; agents run on threads of their own, but only while one of these calls waits for them.
 * {@link #close} ends them.
 */
public final class TestEngine implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofDays(30);

    private final Deployment deployment;
    private final VirtualTime time;
    private final List<TestRun> runs = new ArrayList<>();
    private final List<TestWorker> crashed = new ArrayList<>();

    TestEngine(Deployment deployment) {
        this.deployment = deployment;
        this.time = deployment.time();
        for (int i = 1; i <= deployment.settings().workers(); i++) {
            deployment.add(started("worker-" + i));
        }
        new TestServices(deployment).start();
    }

    private TestWorker started(String name) {
        TestWorker worker = new TestWorker(deployment, name);
        worker.start();
        return worker;
    }

    public static TestEngineBuilder builder() {
        return new TestEngineBuilder();
    }

    /** Submits a plan without inputs of its own and runs until it has ended. */
    public TestRun run(String plan) {
        return run(plan, Json.EMPTY_OBJECT);
    }

    /**
     * Submits a plan and runs until it has ended.
     *
     * @param plan a plan's JSON, as {@code docs/plan-file.md} describes it
     * @param inputs laid over the plan's inputs, an object
     * @throws IllegalStateException when it has not ended after 30 days, with how it stands
     */
    public TestRun run(String plan, Json inputs) {
        TestRun run = submit(plan, inputs);
        runUntil(run::isOver, LONGEST);
        return run;
    }

    public TestRun submit(String plan) {
        return submit(plan, Json.EMPTY_OBJECT);
    }

    /**
     * Accepts a run; it begins when time is let pass.
     *
     * @throws InvalidPlanException for a plan that cannot be read, or that names agents which this engine does not have
     */
    public TestRun submit(String plan, Json inputs) {
        Plan read = PlanReader.read(plan);
        List<PlanFault> unknown = PlanTargets.unknown(
                read, deployment.agents().keySet(), deployment.tools().keySet());
        if (!unknown.isEmpty()) {
            throw new InvalidPlanException(unknown);
        }
        Submission submission = deployment
                .store()
                .runs()
                .submit(new RunRequest(read, Json.parse(plan), inputs, Json.EMPTY_OBJECT, Optional.empty()));
        deployment.announce(submission.ready());
        TestRun run = new TestRun(deployment, submission.runId());
        runs.add(run);
        return run;
    }

    /** Does this so long from now, in virtual time: crash a worker, pause a run. */
    public void in(Duration delay, Runnable action) {
        time.after(delay, action);
    }

    /** Lets this much time pass, with all that happens in it. */
    public void advance(Duration length) {
        Instant end = time.instant().plus(length);
        boolean more;
        do {
            more = time.step(end);
        } while (more);
    }

    /**
     * Runs until every run has ended.
     *
     * @throws IllegalStateException when one has not after 30 days, with how it stands
     */
    public void runUntilEnd() {
        runUntil(() -> runs.stream().allMatch(TestRun::isOver), LONGEST);
    }

    private void runUntil(BooleanSupplier over, Duration longest) {
        Instant end = time.instant().plus(longest);
        while (!over.getAsBoolean()) {
            if (!time.step(end)) {
                throw new IllegalStateException(
                        "after " + longest.toDays() + " days there are runs that have not ended: "
                                + runs.stream()
                                        .filter(run -> !run.isOver())
                                        .map(TestRun::standing)
                                        .collect(Collectors.joining("; ")));
            }
        }
    }

    /** The clock; for agents that take one when they are made. */
    public VirtualTime time() {
        return time;
    }

    /** How long the engine has been running, in virtual time. */
    public Duration elapsed() {
        return Duration.between(deployment.settings().start(), time.instant());
    }

    /** All attempts of all runs, in the order in which they began. */
    public List<AttemptRecord> attempts() {
        return deployment.attempts();
    }

    /**
     * Kills the worker that runs the most attempts, as by SIGKILL; after a while (see {@link TestEngineBuilder#restart}) a
     * new one takes its place. The engine notices when its lease has run out.
     */
    public void crashWorker() {
        TestWorker victim = deployment.workers().stream()
                .filter(worker -> worker.process().isAlive())
                .max(Comparator.comparingInt(TestWorker::running))
                .orElseThrow(() -> new IllegalStateException("all workers have crashed already"));
        crash(victim);
    }

    /** Kills a worker by its name, {@code worker-1} and so on. */
    public void crashWorker(String name) {
        crash(living(name));
    }

    private void crash(TestWorker victim) {
        victim.crash();
        crashed.add(victim);
        String name = victim.process().name();
        time.after(deployment.settings().restart(), () -> deployment.replace(victim, started(name)));
    }

    /**
     * Lets a worker stand still, as a process that is swapped out or a machine that is suspended: its agents go on
     * afterwards as if nothing had been, and are told that they are no longer believed if that took too long.
     */
    public void freezeWorker(String name, Duration length) {
        living(name).process().freeze(length);
    }

    private TestWorker living(String name) {
        return deployment.workers().stream()
                .filter(worker ->
                        worker.process().isAlive() && worker.process().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no worker '" + name + "' is alive; there are "
                        + deployment.workers().stream()
                                .filter(worker -> worker.process().isAlive())
                                .map(worker -> worker.process().name())
                                .toList()));
    }

    /** From now on nothing reaches Redis, for this long. Work goes on through Postgres. */
    public void redisAway(Duration length) {
        deployment.broker().goAway();
        time.after(length, deployment.broker()::comeBack);
    }

    /** From now on nothing reaches Postgres, for this long. Agents go on for as long as their worker's lease lasts. */
    public void postgresAway(Duration length) {
        deployment.store().goAway();
        time.after(length, deployment.store()::comeBack);
    }

    /** The store, with all that the engine's own services may ask of it. */
    public InMemoryStore store() {
        return deployment.store();
    }

    /** Ends the agents' threads. */
    @Override
    public void close() {
        crashed.forEach(TestWorker::discard);
        deployment.workers().forEach(TestWorker::discard);
    }
}
