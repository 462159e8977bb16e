package io.orchestrator.store.memory;

import io.orchestrator.run.Ids;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.StoreUnderTest;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.TimerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** The twin, with a clock that moves only when it is told to. */
final class InMemoryStoreUnderTest implements StoreUnderTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    final InMemoryStore store;

    InMemoryStoreUnderTest() {
        this(Faults.NONE, 1);
    }

    InMemoryStoreUnderTest(Faults faults, long seed) {
        this.store = new InMemoryStore(() -> now, new Ids(() -> now, new Random(seed)), faults);
    }

    @Override
    public RunStore runs() {
        return store.runs();
    }

    @Override
    public TaskStore tasks() {
        return store.tasks();
    }

    @Override
    public LeaseStore leases() {
        return store.leases();
    }

    @Override
    public BudgetStore budgets() {
        return store.budgets();
    }

    @Override
    public ChildStore children() {
        return store.children();
    }

    @Override
    public CheckpointStore checkpoints() {
        return store.checkpoints();
    }

    @Override
    public TimerStore timers() {
        return store.timers();
    }

    @Override
    public Dispatch dispatch() {
        return store.dispatch();
    }

    @Override
    public Recovery recovery() {
        return store.recovery();
    }

    @Override
    public Obstacles obstacles() {
        return store.obstacles();
    }

    @Override
    public Breakers breakers() {
        return store.breakers();
    }

    @Override
    public HeldPhases heldPhases() {
        return store.heldPhases();
    }

    @Override
    public Gates gates() {
        return store.gates();
    }

    @Override
    public Schedules schedules() {
        return store.schedules();
    }

    @Override
    public TaskLogs logs() {
        return store.logs();
    }

    @Override
    public void advance(Duration time) {
        now = now.plus(time);
    }

    @Override
    public void ageRetries() {
        PendingTimers timers = store.memory().timers;
        for (PendingTimers.Timer timer : timers.all()) {
            if (timer.promise() instanceof Promise.Retry(Hold expected)) {
                timers.cancel(timer.id());
                Hold older = new Hold(expected.taskId(), expected.epoch() - 1);
                timers.add(timer.fireAt(), new Promise.Retry(older));
            }
        }
    }
}
