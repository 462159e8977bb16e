package io.orchestrator.attempt;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.run.Failure;
import io.orchestrator.store.Hold;
import java.time.Duration;

/** Why an attempt is being stopped, which decides what is reported. */
public sealed interface Stop {
    /** How long a recalled attempt has for saving a checkpoint and returning. */
    Duration ORDERLY_RETURN = Duration.ofSeconds(30);

    /** The engine ended the task, by a cancel or a timebox: nothing is reported. */
    record Revoked() implements Stop {}

    /** The lease was taken away, and the task may be running elsewhere: nothing is reported. */
    record Lost() implements Stop {}

    /** Its worker can no longer be sure of its lease: the task is handed back, which counts only if it still may. */
    record Fenced() implements Stop {}

    /** Its run or its queue was paused, and the time for an orderly return is over: the task is handed back. */
    record Recalled() implements Stop {}

    /** Its worker is stopping and the time for an orderly return is over: the task is handed back. */
    record Shutdown() implements Stop {}

    /** It shows no sign of coming further, and the plan wants it ended: it is reported as failed, so. */
    record Stuck(Failure failure) implements Stop {}

    /** Whether its task may be running elsewhere at this moment, so that there is no time for an orderly end. */
    default boolean isAbandonment() {
        return this instanceof Lost || this instanceof Fenced;
    }

    /** What the body is told when it calls its context all the same. */
    default AttemptRevoked revocation(Hold hold) {
        return new AttemptRevoked(
                switch (this) {
                    case Revoked() -> notHeld(hold);
                    case Lost() -> notHeld(hold);
                    case Fenced() -> "this worker could not renew its lease in time, so its attempts stop";
                    case Stuck ignored -> "this attempt is ended because it is stuck";
                    case Recalled() -> "its run or its queue was paused, and the time for returning early is over";
                    case Shutdown() -> "this worker stops, and the time for returning early is over";
                });
    }

    private static String notHeld(Hold hold) {
        return "task " + hold.taskId() + " is no longer this worker's under epoch " + hold.epoch();
    }
}
