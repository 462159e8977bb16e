package io.orchestrator.testing;

import io.orchestrator.attempt.Stop;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.LeaseStore.Renewal;
import io.orchestrator.store.LeaseStore.Trusted;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps a worker trusted, judges its attempts by the answers, and stops them before anyone could be given their tasks. */
final class TestLease {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Deployment deployment;
    private final LeaseStore leases;
    private final TaskStore tasks;
    private final TestProcess process;
    private final Map<Hold, TestAttempt> holdings;
    private final Runnable onNewId;
    private final Duration length;
    private @Nullable String id;
    private Instant trustedUntil = Instant.MIN;

    /**
     * A lease that has not begun.
     *
     * @param onNewId told when there is an id to claim under
     */
    TestLease(Deployment deployment, TestProcess process, Map<Hold, TestAttempt> holdings, Runnable onNewId) {
        this.deployment = deployment;
        this.leases = deployment.store().leases();
        this.tasks = deployment.store().tasks();
        this.process = process;
        this.holdings = holdings;
        this.onNewId = onNewId;
        this.length = deployment.settings().lease();
    }

    void start() {
        new Rounds(process, this::renew).start();
    }

    /** The id to claim under, while the engine trusts this process. */
    Optional<String> trustedWorker() {
        boolean isOver = now().isAfter(trustedUntil);
        return isOver ? Optional.empty() : Optional.ofNullable(id);
    }

    private Instant now() {
        return deployment.time().instant();
    }

    private Duration renew() {
        String known = id;
        if (known == null) {
            register();
            return length.dividedBy(3);
        }
        try {
            tasks.heartbeat(holdings.values().stream().map(TestAttempt::sign).toList());
            List<Hold> asked = List.copyOf(holdings.keySet());
            Renewal renewal = leases.renew(known, length, asked);
            if (!renewal.alive()) {
                id = null;
                stopAll(new Stop.Lost());
                return Duration.ZERO;
            }
            trust();
            judge(asked, renewal);
            return length.dividedBy(3);
        } catch (StoreUnavailable e) {
            return AGAIN;
        }
    }

    private void register() {
        String fresh = deployment.ids().worker();
        int slots = deployment.settings().slots();
        leases.register(new WorkerInfo(fresh, process.name(), "boot", 1, "then", slots, "test"), length);
        id = fresh;
        trust();
        onNewId.run();
    }

    /** For nine tenths of the lease; then what it holds is stopped, whether or not it has heard anything. */
    private void trust() {
        Duration trust = length.multipliedBy(9).dividedBy(10);
        Instant until = now().plus(trust);
        trustedUntil = until;
        process.after(trust, () -> {
            if (trustedUntil.equals(until)) {
                stopAll(new Stop.Fenced());
            }
        });
    }

    private void judge(List<Hold> asked, Renewal renewal) {
        Map<Hold, Trusted> trusted = new LinkedHashMap<>();
        renewal.trusted().forEach(t -> trusted.put(t.hold(), t));
        for (Hold hold : asked) {
            TestAttempt attempt = holdings.get(hold);
            Trusted still = trusted.get(hold);
            if (attempt == null) {
                continue;
            }
            if (still == null) {
                attempt.stop(new Stop.Revoked());
                continue;
            }
            still.wrapUpBy().ifPresent(attempt::requestWrapUp);
            if (still.recalled()) {
                attempt.recall();
            }
        }
    }

    private void stopAll(Stop reason) {
        List.copyOf(holdings.values()).forEach(attempt -> attempt.stop(reason));
    }
}
