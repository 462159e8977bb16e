package io.orchestrator.store.postgres;

import io.orchestrator.run.Ids;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Deletions;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.Lookup;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.Reopening;
import io.orchestrator.store.Retention;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.Situations;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.TimerStore;
import java.util.Optional;

/** All ports of the store on one Postgres. Thread-safe; owns its connections until closed. */
public final class PostgresStore implements AutoCloseable {
    private final Database database;
    private final Database heartbeats;
    private final PostgresRuns runs;
    private final PostgresTasks tasks;
    private final PostgresLeases leases;
    private final PostgresBudgets budgets;
    private final PostgresChildren children;
    private final PostgresCheckpoints checkpoints;
    private final PostgresTimers timers;
    private final PostgresDispatch dispatch;
    private final PostgresGates gates;
    private final PostgresSchedules schedules;
    private final PostgresRecovery recovery;
    private final PostgresRetention retention;
    private final PostgresReopening reopening;
    private final PostgresHeldPhases heldPhases;
    private final PostgresBreakers breakers;
    private final PostgresObstacles obstacles;
    private final PostgresTaskLogs logs;
    private final PostgresSituations situations;
    private final PostgresLookup lookup;
    private final PostgresDeletions deletions;

    PostgresStore(Database database, Database heartbeats, Ids ids) {
        this.database = database;
        this.heartbeats = heartbeats;
        Tables tables = new Tables();
        UpstreamReading upstream = new UpstreamReading(tables);
        Advance advance = new Advance(tables, new StepOpening(tables, upstream, ids));
        TaskEndings endings = new TaskEndings(tables, advance);
        Sweep sweep = new Sweep(database, tables, endings, advance);
        SettingAside aside = new SettingAside(database, tables, endings);
        this.runs = new PostgresRuns(database, tables, advance, sweep, ids);
        this.tasks = new PostgresTasks(database, tables, endings, upstream, aside);
        this.leases = new PostgresLeases(database, heartbeats, tables);
        this.budgets = new PostgresBudgets(database, tables, sweep);
        this.children = new PostgresChildren(database);
        this.checkpoints = new PostgresCheckpoints(database, tables);
        this.timers = new PostgresTimers(database, tables, endings, sweep, advance);
        this.obstacles = new PostgresObstacles(database);
        this.breakers = new PostgresBreakers(database, tables);
        this.dispatch = new PostgresDispatch(database, breakers);
        this.gates = new PostgresGates(database, tables);
        this.schedules = new PostgresSchedules(database, tables, runs, sweep);
        this.recovery = new PostgresRecovery(database, tables, endings, sweep, aside);
        this.retention = new PostgresRetention(database);
        this.reopening = new PostgresReopening(database, tables, advance);
        this.heldPhases = new PostgresHeldPhases(database, tables, advance);
        this.logs = new PostgresTaskLogs(database, tables);
        this.situations = new PostgresSituations(database);
        this.lookup = new PostgresLookup(database);
        this.deletions = new PostgresDeletions(database, tables);
    }

    /**
     * Opens the pools; whether Postgres answers is not asked yet.
     *
     * @param name shown in pg_stat_activity
     * @param connections of the main pool
     */
    public static PostgresStore open(DatabaseUrl url, String name, int connections, Ids ids) {
        return new PostgresStore(Database.open(url, name, connections), Database.openForHeartbeats(url, name), ids);
    }

    /**
     * Finds out, before anything else is asked of it, whether a Postgres can be used as it is set up; within seconds for each
     * host.
     *
     * @param writes whether it has to take writes
     * @throws StoreRefused when it answers and cannot be used: the user, the database, TLS or its version
     * @throws io.orchestrator.store.StoreUnavailable when it does not answer, or takes no writes
     */
    public static void requireUsable(DatabaseUrl url, boolean writes) {
        PostgresCheck.require(url, writes);
    }

    public RunStore runs() {
        return runs;
    }

    public TaskStore tasks() {
        return tasks;
    }

    public LeaseStore leases() {
        return leases;
    }

    public BudgetStore budgets() {
        return budgets;
    }

    public ChildStore children() {
        return children;
    }

    public CheckpointStore checkpoints() {
        return checkpoints;
    }

    public TimerStore timers() {
        return timers;
    }

    public Dispatch dispatch() {
        return dispatch;
    }

    public Gates gates() {
        return gates;
    }

    public Schedules schedules() {
        return schedules;
    }

    public Recovery recovery() {
        return recovery;
    }

    public Reopening reopening() {
        return reopening;
    }

    public Breakers breakers() {
        return breakers;
    }

    public Obstacles obstacles() {
        return obstacles;
    }

    public HeldPhases heldPhases() {
        return heldPhases;
    }

    public TaskLogs logs() {
        return logs;
    }

    public Deletions deletions() {
        return deletions;
    }

    public Lookup lookup() {
        return lookup;
    }

    public Situations situations() {
        return situations;
    }

    public Retention retention() {
        return retention;
    }

    /** Whether Postgres answers now; bounded. */
    public boolean answers() {
        return heartbeats.answers();
    }

    /**
     * What keeps Postgres from serving now, such as a full disk, in words; empty when all is well. Bounded.
     *
     * @throws StoreRefused when it answers and turns us away
     */
    public Optional<String> problem() {
        return heartbeats.problem();
    }

    @Override
    public void close() {
        database.close();
        heartbeats.close();
    }
}
