package io.orchestrator.lab.chaos;

import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.lab.chaos.FaultPlan.Planned;
import io.orchestrator.lab.process.Jvm;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import io.orchestrator.verify.Bounds;
import io.orchestrator.verify.Report;
import io.orchestrator.verify.Scope;
import io.orchestrator.verify.Verification;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One chaos run, from the start of the servers to the report. Used once, by one thread. */
final class ChaosRun implements AutoCloseable {
    private static final Duration UNTIL_UP = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);
    /** Of the length; the rest is for the work to be hit late in its life, too. */
    private static final double SUBMITTING_SHARE = 0.85;
    /** What a killed worker left is looked for every ten seconds. */
    private static final Duration PROCESS_BOUND = Duration.ofSeconds(25);

    private static final String RUNS_UNFINISHED = "SELECT count(*) FROM runs WHERE finished_at IS NULL";
    private static final String LIVE_WORKERS = "SELECT count(*) FROM leases WHERE until > clock_timestamp()";

    private final ChaosSettings settings;
    private final Scene scene;
    private final Consumer<String> progress;
    private final BooleanSupplier interrupted;
    private final Ticks ticks = new SystemTicks();
    private final RecoveryTimes times = new RecoveryTimes();
    private final MachineLoad machine = new MachineLoad(new SystemClock());
    private final FaultPlan plan;
    private final TemporaryStack servers;
    private final DatabaseUrl database;
    private final EngineView view;
    private final RecoveryWatch watch;
    private final Cast cast;
    private final Load load;
    private final FaultThrower thrower;

    /**
     * Starts the servers.
     *
     * @param progress is told what happens, line by line
     * @param interrupted whether to end early
     */
    ChaosRun(ChaosSettings settings, Scene scene, Consumer<String> progress, BooleanSupplier interrupted) {
        this.settings = settings;
        this.scene = scene;
        this.progress = progress;
        this.interrupted = interrupted;
        this.plan = FaultPlan.of(settings.seed(), settings.length(), settings.lease());
        this.servers = TemporaryStack.open();
        this.database = DatabaseUrl.parse(servers.databaseUrl());
        new Migrator(database).migrate();
        this.view = new EngineView(database);
        this.watch = new RecoveryWatch(new EngineView(database), times, machine);
        this.cast = new Cast(settings, jvm(), scene, this::links);
        Duration submitting = Duration.ofMillis((long) (settings.length().toMillis() * SUBMITTING_SHARE));
        this.load = new Load(settings.seed(), settings.tasks(), submitting, scene, links(), ticks);
        this.thrower = new FaultThrower(servers, cast, load.links(), view, watch, new SystemClock());
    }

    private Links links() {
        return new Links(servers.databaseUrl(), servers.redisUrl());
    }

    private Jvm jvm() {
        try (Links training = links()) {
            return Jvm.shortLived().trained(scene.logs(), training.environment());
        }
    }

    /** Does it all; bounded by the settings' length and patience. */
    ChaosReport run() throws InterruptedException, SQLException {
        cast.start();
        await("all workers are up", UNTIL_UP, () -> view.number(LIVE_WORKERS) >= settings.workers());
        progress.accept("seed " + settings.seed() + ": " + settings.workers() + " workers are up; faults for "
                + settings.length().toSeconds() + " s");
        machine.start();
        watch.start();
        load.start();
        throwAll(plan.faults());
        cast.heal();
        load.links().heal();
        long healed = ticks.nanos();
        progress.accept("everything is healed; waiting for the work to end");
        boolean drained = await("", settings.patience(), () -> load.isDone() && view.number(RUNS_UNFINISHED) == 0);
        Duration drain = ticks.since(healed);
        progress.accept(
                drained
                        ? "drained"
                        : "NOT drained within " + settings.patience().toSeconds() + " s");
        return report(drain);
    }

    private void throwAll(List<Planned> faults) throws InterruptedException, SQLException {
        long begin = ticks.nanos();
        long told = begin;
        List<Thread> underWay = new ArrayList<>();
        for (Planned planned : faults) {
            while (ticks.since(begin).compareTo(planned.at()) < 0) {
                checkInterrupted();
                Duration left = planned.at().minus(ticks.since(begin));
                TimeUnit.NANOSECONDS.sleep(Math.max(0, Math.min(left.toNanos(), LOOK.toNanos())));
            }
            underWay.add(Thread.ofVirtual().start(() -> carryOut(planned)));
            if (ticks.since(told).compareTo(TELL_EVERY) > 0) {
                told = ticks.nanos();
                tell(ticks.since(begin));
            }
        }
        for (Thread fault : underWay) {
            fault.join();
        }
    }

    private void carryOut(Planned planned) {
        try {
            thrower.carryOut(planned);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Duration elapsed) {
        int thrown =
                thrower.thrown().values().stream().mapToInt(Integer::intValue).sum();
        String tasks;
        try {
            tasks = view.number("SELECT count(*) FROM tasks WHERE outcome IS NOT NULL") + " tasks ended, "
                    + view.number("SELECT count(*) FROM live_tasks") + " live";
        } catch (SQLException e) {
            tasks = "Postgres is away";
        }
        progress.accept("%3d s: %d faults, %s".formatted(elapsed.toSeconds(), thrown, tasks));
    }

    /** The history, for whoever has to find out what happened: the servers' data is gone when this ends. */
    private void keepHistory() throws SQLException {
        for (String table : List.of("runs", "phases", "tasks", "live_tasks", "events", "timers", "workers")) {
            scene.keep(table, view.rows("SELECT row_to_json(t)::text FROM " + table + " t", row -> row.getString(1)));
        }
    }

    private ChaosReport report(Duration drain) throws SQLException {
        keepHistory();
        Scope scope = Scope.EVERYTHING.whenDrained().withJournal(scene.journal());
        Report checked = Verification.run(
                database.jdbc(),
                database.user(),
                database.password(),
                scope,
                Bounds.DEFAULT.withProcess(PROCESS_BOUND));
        ChaosReport.Faults faults =
                new ChaosReport.Faults(plan.counts(), thrower.thrown(), cast.endedByThemselves(), recovery());
        return new ChaosReport(settings, faults, Tally.of(view, scene.journal()), drain, checked);
    }

    private ChaosReport.Recovery recovery() {
        return new ChaosReport.Recovery(
                times.summaries(), times.lostInLongest(), watch.unanswered(), machine.summary());
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws SQLException;
    }

    /** Whether it came to hold in time; an error instead where it has a name. */
    private boolean await(String name, Duration atMost, Condition condition) throws InterruptedException {
        long begin = ticks.nanos();
        while (!holds(condition)) {
            checkInterrupted();
            if (ticks.since(begin).compareTo(atMost) > 0) {
                if (name.isEmpty()) {
                    return false;
                }
                throw new IllegalStateException("waited in vain for " + atMost.toSeconds() + " s until " + name
                        + "; the logs are in " + scene.logs());
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        return true;
    }

    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        } catch (SQLException e) {
            // Postgres is away for a moment.
            return false;
        }
    }

    private void checkInterrupted() throws InterruptedException {
        if (interrupted.getAsBoolean()) {
            throw new InterruptedException("the chaos run was asked to end");
        }
    }

    /** Ends all processes and servers; the scene stays. */
    @Override
    public void close() {
        watch.close();
        machine.close();
        cast.close();
        load.close();
        view.close();
        servers.close();
    }
}
