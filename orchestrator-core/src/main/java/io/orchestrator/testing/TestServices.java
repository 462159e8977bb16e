package io.orchestrator.testing;

import io.orchestrator.queue.Hints;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.memory.InMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The scheduler's and the timer service's loops: dispatcher, reaper, reconciler, timers. */
final class TestServices {
    private static final int BATCH = 1_000;
    private static final int MAX_CLAIMS = 5;
    private static final Duration DISPATCH_EVERY = Duration.ofSeconds(30);
    private static final Duration RESEND_AFTER = Duration.ofSeconds(30);
    private static final Duration SPREAD = Duration.ofSeconds(1);
    private static final Duration RECONCILE_EVERY = Duration.ofMinutes(1);
    private static final Duration LOOK_FOR_TIMERS_EVERY = Duration.ofMinutes(10);

    private final Deployment deployment;
    private final InMemoryStore store;
    private final TaskQueue queue;
    private final Duration lease;

    TestServices(Deployment deployment) {
        this.deployment = deployment;
        this.store = deployment.store();
        this.queue = deployment.newQueue();
        this.lease = deployment.settings().lease();
    }

    void start() {
        TestProcess process = new TestProcess("services", deployment.time());
        new Rounds(process, this::dispatch).start();
        new Rounds(process, this::reap).start();
        new Rounds(process, this::reconcile).start();
        Rounds timers = new Rounds(process, this::fire).start();
        deployment.hints().subscribe(Hints.TIMERS, ignored -> timers.wake());
    }

    private Duration dispatch() {
        if (queue.lostItsMemory()) {
            store.dispatch().everythingIsDue(SPREAD);
        }
        List<Ticket> due = store.dispatch().due(BATCH, RESEND_AFTER);
        deployment.announce(new Ready(due, false));
        return due.size() < BATCH ? DISPATCH_EVERY : Duration.ZERO;
    }

    private Duration reap() {
        Recovery.Round round = store.recovery().reap(lease, MAX_CLAIMS, BATCH);
        deployment.announce(round.ready());
        return lease.dividedBy(6);
    }

    private Duration reconcile() {
        deployment.announce(store.recovery().sweep(BATCH));
        return RECONCILE_EVERY;
    }

    private Duration fire() {
        var fired = store.timers().fireDue(BATCH);
        deployment.announce(fired.ready());
        if (fired.fired() == BATCH) {
            return Duration.ZERO;
        }
        Duration next = store.timers().untilNext(Set.of()).orElse(LOOK_FOR_TIMERS_EVERY);
        return next.compareTo(LOOK_FOR_TIMERS_EVERY) < 0 ? next : LOOK_FOR_TIMERS_EVERY;
    }
}
