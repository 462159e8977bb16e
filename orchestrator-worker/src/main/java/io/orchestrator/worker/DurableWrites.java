package io.orchestrator.worker;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.attempt.Stop;
import io.orchestrator.checkpoint.CheckpointManager;
import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.service.Announcer;
import io.orchestrator.service.Outage;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an attempt writes while it runs. A call returns when the write is durable; while the store is away it waits, for
 * as long as the attempt is trusted. A write that the store refuses by its epoch ends the attempt.
 */
final class DurableWrites {
    private static final Logger LOG = LoggerFactory.getLogger(DurableWrites.class);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final TaskStore tasks;
    private final CheckpointStore checkpoints;
    private final CheckpointManager manager;
    private final ChildStore children;
    private final BudgetStore budgets;
    private final Announcer announcer;

    DurableWrites(WorkerPool.Ports ports, int keep, Announcer announcer) {
        this.tasks = ports.tasks();
        this.checkpoints = ports.checkpoints();
        this.manager = new CheckpointManager(checkpoints, keep);
        this.children = ports.children();
        this.budgets = ports.budgets();
        this.announcer = announcer;
    }

    void checkpoint(Attempt attempt, String token, Json data) {
        persist(attempt, () -> manager.saveCheckpoint(attempt.hold(), token, data, attempt.used()));
    }

    Optional<Json> stepResult(Attempt attempt, String name) {
        return persist(attempt, () -> checkpoints.stepResult(attempt.hold().taskId(), name));
    }

    Json saveStep(Attempt attempt, String name, Json result) {
        return persist(attempt, () -> checkpoints.saveStep(attempt.hold(), name, result, attempt.used()));
    }

    /** True when the attempt is still trusted, and the run's events tell it. */
    boolean tell(Attempt attempt, EventKind kind, Json data) {
        return persist(attempt, () -> tasks.tell(attempt.hold(), kind, data));
    }

    /** True when the child is new. Its ticket is sent after the commit. */
    boolean submitChild(Attempt attempt, ChildSpec child) {
        ChildStore.Submitted submitted = persist(attempt, () -> children.submit(attempt.hold(), child, attempt.used()));
        announcer.announce(submitted.ready());
        return submitted.created();
    }

    /** Books what the attempt has used so far; why nothing more may be used, where a budget is exhausted. */
    Optional<String> book(Attempt attempt, Usage used) {
        BudgetStore.Booking booking = persist(attempt, () -> budgets.book(attempt.hold(), used));
        announcer.announce(booking.ready());
        return booking.exhausted();
    }

    List<ChildResult> childResults(Attempt attempt) {
        return persist(attempt, () -> children.results(attempt.hold().taskId()));
    }

    private static <T> T persist(Attempt attempt, Supplier<T> write) {
        Outage outage = new Outage();
        while (true) {
            try {
                return write.get();
            } catch (AttemptRevoked e) {
                attempt.stop(new Stop.Revoked());
                throw e;
            } catch (StoreUnavailable e) {
                // An outage is told by those who look at the store all the time; a right may be missing for this alone.
                if (outage.isNews(e) && e instanceof StoreRefused) {
                    LOG.warn(
                            "what task {} saves has to wait: {}", attempt.hold().taskId(), e.getMessage());
                }
                attempt.checkTrusted();
                LockSupport.parkNanos(PAUSE.toNanos());
                attempt.checkTrusted();
            }
        }
    }
}
