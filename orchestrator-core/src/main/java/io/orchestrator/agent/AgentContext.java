package io.orchestrator.agent;

import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * An agent's side of the engine, for one attempt. Thread-safe.
 *
 * <p>Every call that changes something is fenced: it counts only while this attempt is the one the engine trusts, and
 * otherwise throws {@link AttemptRevoked}.
 */
public interface AgentContext {
    TaskInfo task();

    /** The run's inputs overlaid by the phase's, with the shard's piece under the array's name. */
    Json input();

    /** Outputs of the phases before, and of the agents before in a sequential phase: {@code {"INTAKE": {"Lister": …}}}. */
    Json upstream();

    /** This task's share: {@code tokens} and {@code usd}, where the plan has budgets. */
    Json budget();

    /** The newest checkpoint of an earlier attempt, to continue from. */
    Optional<Checkpoint> resume();

    /**
     * Saves a point to continue from; durable when it returns.
     *
     * @throws CheckpointTooLarge when the data is larger than the engine keeps (8 MB)
     */
    void checkpoint(String token, Json data);

    /**
     * Runs {@code body} once per task, whatever the number of attempts, and returns its stored result afterwards.
     * The name must be the same for the same step in every attempt, and unique within the task.
     */
    Json step(String name, Callable<Json> body) throws Exception;

    /** The same for the same step in every attempt; made to be handed to an outside service as its idempotency key. */
    String stepKey(String name);

    /** A sign of life, and of progress where something has changed, from 0.0 to 1.0, with a short message for people. */
    void heartbeat(double progress, String message);

    /**
     * What was used since the last such call. Where the phase or the run has a budget, it is booked before this returns;
     * elsewhere it is durable with the next checkpoint, step or child, and within two seconds while the store answers.
     *
     * @throws BudgetExhausted when an earlier call found the budget exhausted; the call that passes a limit is booked and
     *     returns, and the next call of {@code usage}, {@code step}, {@code heartbeat} or of the children throws. A
     *     {@code checkpoint} still saves what was paid for
     */
    void usage(long tokens, BigDecimal costUsd, long toolMs);

    /** As {@link #log(LogLevel, String)}, with {@link LogLevel#INFO}. */
    void log(String message);

    /**
     * Keeps a message in the task's log, which {@code orchestrator logs} shows. It may have several lines. Returns at once,
     * also while the store is away; what is then too much to be remembered is left out, and the log says so.
     */
    default void log(LogLevel level, String message) {
        log(message);
    }

    /** Keeps a line that a program of the agent's has printed in the task's log, in the same way. */
    default void printed(Printed where, String line) {
        log(line);
    }

    /**
     * Says in the run's events that a message which a program has sent could not be taken as it seems to be meant.
     *
     * @param type the message's type
     * @param reason what was expected, what was found
     * @param line the line, or as much of it as tells which one it is
     */
    default void noteSlip(String type, String reason, String line) {}

    /** The tasks that this task has submitted. */
    Children children();

    /**
     * Ends this attempt until all children have ended: {@code throw context.awaitChildren()}. Save a checkpoint first if
     * there is something to go on from.
     *
     * @return what to throw
     * @throws IllegalStateException when there is nothing to wait for: all children had ended when this attempt began and
     *     it has submitted none
     */
    AwaitingChildren awaitChildren();

    /**
     * Says that the agent has put something out that the engine does not see otherwise. For plans that limit the time
     * without output; every other call says so too.
     */
    default void noteOutput() {}

    /**
     * Says what works for this attempt, where all of it can be made to stand still. While the worker cannot be sure of its
     * lease, it then stands still instead of being ended, and goes on when the lease is found to be the worker's own still;
     * calls of this context wait meanwhile, or are refused by the store.
     */
    default void canStandStill(Freezable body) {}

    /** The attempt was revoked; the body should end soon. Its thread is interrupted as well. */
    boolean cancelled();

    /**
     * The attempt ended because its worker is no longer trusted: its task may be running elsewhere at this moment, so
     * there is no time for an orderly end.
     */
    default boolean abandoned() {
        return false;
    }

    /**
     * The worker is about to stop, or the task's run was paused: save a checkpoint and throw {@link ReturnedEarly}; the task
     * goes on elsewhere, or later.
     */
    boolean shutdownRequested();

    /** Time is nearly up: what is left. Empty until the engine has asked for a wrap-up. */
    Optional<WrapUp> wrapUp();
}
