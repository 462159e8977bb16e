package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.run.Ids;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.TimerStore;
import java.time.InstantSource;

/**
 * All ports of the store in this process' memory. Thread-safe. Nothing survives the object; nothing is ever forgotten
 * while it lives, so its memory grows with what was done.
 */
public final class InMemoryStore {
    private final Transactions transactions;
    private final Memory memory;
    private final InMemoryRuns runs;
    private final InMemoryTasks tasks;
    private final InMemoryLeases leases;
    private final InMemoryBudgets budgets;
    private final InMemoryChildren children;
    private final InMemoryCheckpoints checkpoints;
    private final InMemoryTimers timers;
    private final InMemoryDispatch dispatch;
    private final InMemoryGates gates;
    private final InMemorySchedules schedules;
    private final InMemoryRecovery recovery;
    private final InMemoryHeldPhases heldPhases;
    private final InMemoryTaskLogs logs;
    private final InMemoryBreakers breakers;
    private final InMemoryObstacles obstacles;

    /** A store in which nothing goes wrong. */
    public InMemoryStore(InstantSource clock, Ids ids) {
        this(clock, ids, Faults.NONE);
    }

    /**
     * Makes an empty store.
     *
     * @param clock what stands for the database's clock
     * @param faults asked around each transaction
     */
    public InMemoryStore(InstantSource clock, Ids ids, Faults faults) {
        this.transactions = new Transactions(faults);
        this.memory = new Memory(clock);
        Advance advance = new Advance(memory, new StepOpening(memory, ids), clock);
        TaskEndings endings = new TaskEndings(memory, advance, clock);
        Sweep sweep = new Sweep(transactions, memory, endings, advance);
        this.runs = new InMemoryRuns(transactions, memory, advance, sweep, ids, clock);
        this.tasks = new InMemoryTasks(transactions, memory, endings, clock);
        this.leases = new InMemoryLeases(transactions, memory, clock);
        this.budgets = new InMemoryBudgets(transactions, memory, sweep, clock);
        this.children = new InMemoryChildren(transactions, memory, clock);
        this.checkpoints = new InMemoryCheckpoints(transactions, memory, clock);
        this.timers = new InMemoryTimers(transactions, memory, endings, sweep, advance, clock);
        this.dispatch = new InMemoryDispatch(transactions, memory, clock);
        this.gates = new InMemoryGates(transactions, memory, clock);
        this.schedules = new InMemorySchedules(transactions, memory, runs, sweep, clock);
        this.recovery = new InMemoryRecovery(transactions, memory, endings, sweep, clock);
        this.obstacles = new InMemoryObstacles(transactions, memory);
        this.breakers = new InMemoryBreakers(transactions, memory, gates, clock);
        this.heldPhases = new InMemoryHeldPhases(transactions, memory, advance, clock);
        this.logs = new InMemoryTaskLogs(transactions, memory);
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

    public Obstacles obstacles() {
        return obstacles;
    }

    public Breakers breakers() {
        return breakers;
    }

    public HeldPhases heldPhases() {
        return heldPhases;
    }

    public TaskLogs logs() {
        return logs;
    }

    Memory memory() {
        return memory;
    }

    /** From now on every operation ends in {@link io.orchestrator.store.StoreUnavailable}, with nothing applied. */
    public void goAway() {
        transactions.setAway(true);
    }

    /** Ends {@link #goAway}; everything is as it was. */
    public void comeBack() {
        transactions.setAway(false);
    }

    /** Whether the store answers now. */
    public boolean answers() {
        return !transactions.isAway();
    }

    /**
     * The whole state as text, a line for each run, phase, task, event, worker, timer, checkpoint and step. The same calls
     * at the same instants with the same ids give the same text. Works while the store is away, and meets no faults.
     */
    public String dump() {
        return transactions.within(() -> Dump.of(memory));
    }

    /** SHA-256 of {@link #dump} in lower-case hex. */
    public String snapshotHash() {
        return Json.of(dump()).sha256();
    }
}
