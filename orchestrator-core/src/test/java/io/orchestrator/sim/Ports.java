package io.orchestrator.sim;

import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.TimerStore;
import io.orchestrator.store.memory.InMemoryStore;

/** The store as the actors see it. */
record Ports(
        RunStore runs,
        TaskStore tasks,
        LeaseStore leases,
        CheckpointStore checkpoints,
        ChildStore children,
        TimerStore timers,
        Dispatch dispatch,
        Recovery recovery) {

    static Ports of(InMemoryStore store) {
        return new Ports(
                store.runs(),
                store.tasks(),
                store.leases(),
                store.checkpoints(),
                store.children(),
                store.timers(),
                store.dispatch(),
                store.recovery());
    }

    Ports with(TaskStore other) {
        return new Ports(runs, other, leases, checkpoints, children, timers, dispatch, recovery);
    }

    Ports with(CheckpointStore other) {
        return new Ports(runs, tasks, leases, other, children, timers, dispatch, recovery);
    }

    Ports with(ChildStore other) {
        return new Ports(runs, tasks, leases, checkpoints, other, timers, dispatch, recovery);
    }

    Ports with(Dispatch other) {
        return new Ports(runs, tasks, leases, checkpoints, children, timers, other, recovery);
    }

    Ports with(Recovery other) {
        return new Ports(runs, tasks, leases, checkpoints, children, timers, dispatch, other);
    }
}
