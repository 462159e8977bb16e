package io.orchestrator.store;

import java.time.Duration;

/** A store that the contract suites run against, with the power over its time. */
public interface StoreUnderTest {
    RunStore runs();

    TaskStore tasks();

    LeaseStore leases();

    CheckpointStore checkpoints();

    ChildStore children();

    BudgetStore budgets();

    TimerStore timers();

    Dispatch dispatch();

    Recovery recovery();

    HeldPhases heldPhases();

    Breakers breakers();

    Obstacles obstacles();

    Gates gates();

    Schedules schedules();

    TaskLogs logs();

    /** Lets this much time pass, for everything that the store remembers, without waiting for it. */
    void advance(Duration time);

    /** Makes the pending timers of retries such as an older attempt would have left. */
    void ageRetries();
}
