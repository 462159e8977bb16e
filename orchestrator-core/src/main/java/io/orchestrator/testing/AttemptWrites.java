package io.orchestrator.testing;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.checkpoint.CheckpointManager;
import io.orchestrator.json.Json;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.memory.InMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an attempt writes while it runs. A call returns when the write is durable; while the store is away it waits, for as
 * long as the attempt is trusted.
 */
final class AttemptWrites {
    private static final Duration WRITE_AGAIN = Duration.ofMillis(250);

    private final TestAttempt attempt;
    private final Deployment deployment;
    private final InMemoryStore store;
    private final CheckpointManager checkpoints;

    AttemptWrites(TestAttempt attempt, Deployment deployment) {
        this.attempt = attempt;
        this.deployment = deployment;
        this.store = deployment.store();
        this.checkpoints = new CheckpointManager(store.checkpoints());
    }

    private Hold hold() {
        return attempt.hold();
    }

    void checkpoint(String token, Json data) {
        persist(() -> checkpoints.saveCheckpoint(hold(), token, data, attempt.used()));
    }

    Optional<Json> stepResult(String name) {
        return persist(() -> store.checkpoints().stepResult(hold().taskId(), name));
    }

    Json saveStep(String name, Json result) {
        return persist(() -> store.checkpoints().saveStep(hold(), name, result, attempt.used()));
    }

    /** True when the child is new. */
    boolean submitChild(ChildSpec child) {
        ChildStore.Submitted submitted = persist(() -> store.children().submit(hold(), child, attempt.used()));
        deployment.announce(submitted.ready());
        return submitted.created();
    }

    List<ChildResult> childResults() {
        return persist(() -> store.children().results(hold().taskId()));
    }

    /** Why nothing more may be used, where a budget is exhausted. */
    Optional<String> book(Usage total) {
        BudgetStore.Booking booking = persist(() -> store.budgets().book(hold(), total));
        deployment.announce(booking.ready());
        return booking.exhausted();
    }

    private <T> T persist(Supplier<T> write) {
        while (true) {
            try {
                return write.get();
            } catch (AttemptRevoked e) {
                attempt.wasRefused();
                throw e;
            } catch (StoreUnavailable e) {
                attempt.checkTrusted();
                attempt.passWhatever(WRITE_AGAIN);
                attempt.checkTrusted();
            }
        }
    }
}
