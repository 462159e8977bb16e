package io.orchestrator.attempt;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.BudgetExhausted;
import io.orchestrator.agent.CheckpointTooLarge;
import io.orchestrator.agent.ChildRefused;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import io.orchestrator.run.AttemptDecisions;
import io.orchestrator.run.AttemptDecisions.Verdict;
import io.orchestrator.run.Failure;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.Storable;
import io.orchestrator.store.Unreadable;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the end of a body means for its task. As thread-safe as its generator. */
public final class AttemptOutcomes {
    private final RandomGenerator random;

    /** @param random spreads the waits before retries */
    public AttemptOutcomes(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Of a body that returned. What it returned is looked at here, before it goes with others into one transaction: null is
     * a slip like any failure, and what cannot be stored would come out the same when it is tried again.
     */
    public Outcome ofReturned(@Nullable Json output, TaskInHand task) {
        String what = "the result of agent '" + task.claimed().name() + "'";
        if (output == null) {
            return failed(new Failure(Handed.isNull(what), true, Optional.empty()), task);
        }
        try {
            return new Outcome.Completed(Storable.said(what, output));
        } catch (DataRejected e) {
            return failed(forGood(e), task);
        }
    }

    /** Of a body that ended by throwing. */
    public Outcome ofThrown(Throwable thrown, TaskInHand task) {
        return switch (thrown) {
            case AwaitingChildren ignored -> new Outcome.Awaiting();
            case ReturnedEarly early -> handedBack(Reasons.message(early));
            case AgentFailure failure ->
                failed(new Failure(Reasons.of(failure), failure.isRetryable(), failure.retryAfter()), task);
            case CheckpointTooLarge e -> failed(forGood(e), task);
            case ChildRefused e -> failed(forGood(e), task);
            case BudgetExhausted e -> failed(forGood(e), task);
            case DataRejected e -> failed(forGood(e), task);
            case Unreadable e -> failed(forGood(e), task);
            case AttemptRevoked ignored -> failed(interrupted(), task);
            case InterruptedException ignored -> failed(interrupted(), task);
            default -> failed(new Failure(Reasons.ofUnforeseen(thrown), true, Optional.empty()), task);
        };
    }

    /** Whether the body has ended in a way that nothing provides for, so that where it was thrown is worth telling. */
    public static boolean isUnforeseen(Throwable thrown) {
        return switch (thrown) {
            case AwaitingChildren ignored -> false;
            case ReturnedEarly ignored -> false;
            case AgentFailure ignored -> false;
            case CheckpointTooLarge ignored -> false;
            case ChildRefused ignored -> false;
            case BudgetExhausted ignored -> false;
            case DataRejected ignored -> false;
            case Unreadable ignored -> false;
            case AttemptRevoked ignored -> false;
            case InterruptedException ignored -> false;
            default -> true;
        };
    }

    /**
     * Of a body that ended so after it was told to stop; empty when nothing that it reports can count. A result that
     * was ready counts all the same, if the store still believes its epoch.
     */
    public Optional<Outcome> ofStopped(Stop reason, Outcome ended, TaskInHand task) {
        boolean isResult = ended instanceof Outcome.Completed || ended instanceof Outcome.Awaiting;
        return switch (reason) {
            case Stop.Revoked() -> Optional.empty();
            case Stop.Lost() -> Optional.empty();
            case Stop.Fenced() -> Optional.of(isResult ? ended : handedBack("its worker could not renew the lease"));
            case Stop.Recalled() -> Optional.of(isResult ? ended : handedBack("its run or its queue was paused"));
            case Stop.Shutdown() -> Optional.of(isResult ? ended : handedBack("its worker stopped"));
            case Stop.Stuck(Failure failure) -> Optional.of(isResult ? ended : failed(failure, task));
        };
    }

    /** Of a task whose target nobody here knows: it goes back for others. */
    public static Outcome.Declined ofUnknown(TaskInHand task) {
        return new Outcome.Declined("this worker knows no "
                + task.claimed().type().wire() + " '" + task.claimed().target() + "'");
    }

    /** Tried again, while the plan's policy allows. */
    private Outcome failed(Failure failure, TaskInHand task) {
        Verdict verdict =
                AttemptDecisions.afterFailure(task.retry(), task.claimed().attempt(), failure, random);
        return switch (verdict) {
            case Verdict.TryAgain(Duration delay) -> new Outcome.Retry(failure, delay);
            case Verdict.GiveUp() -> new Outcome.Failed(failure);
        };
    }

    private static Outcome handedBack(String reason) {
        return new Outcome.HandedBack(reason, Duration.ZERO);
    }

    private static Failure forGood(Throwable e) {
        return new Failure(Reasons.message(e), false, Optional.empty());
    }

    private static Failure interrupted() {
        return new Failure("the attempt was interrupted", true, Optional.empty());
    }
}
