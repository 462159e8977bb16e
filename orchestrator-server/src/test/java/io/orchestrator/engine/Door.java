package io.orchestrator.engine;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import java.math.BigDecimal;

/** A way by which an attempt changes what the engine keeps; a zombie is to find each of them closed. */
enum Door {
    FINISH(Answer.TO_THE_REPORT, context -> {}),
    RETRY(Answer.TO_THE_REPORT, context -> {
        throw AgentFailure.retryable("the zombie wants to try again");
    }),
    FAIL(Answer.TO_THE_REPORT, context -> {
        throw AgentFailure.permanent("the zombie has failed");
    }),
    HAND_BACK(Answer.TO_THE_REPORT, context -> {
        throw new ReturnedEarly("the zombie hands back");
    }),
    CHECKPOINT(Answer.AT_ONCE, context -> context.checkpoint("zombie", Json.of("zombie"))),
    STEP(Answer.AT_ONCE, context -> context.step("zombie", () -> Json.of("zombie"))),
    HEARTBEAT(Answer.TO_THE_HEARTBEAT, context -> context.heartbeat(0.99, "zombie")),
    USAGE(Answer.AT_ONCE, context -> context.usage(666, BigDecimal.ONE, 0));

    /** When the engine says whether it was open. */
    enum Answer {
        AT_ONCE,
        TO_THE_HEARTBEAT,
        TO_THE_REPORT
    }

    @FunctionalInterface
    private interface Try {
        void with(AgentContext context) throws Exception;
    }

    private final Answer answer;
    private final Try attempt;

    Door(Answer answer, Try attempt) {
        this.answer = answer;
        this.attempt = attempt;
    }

    Answer answer() {
        return answer;
    }

    /** Throws {@link AttemptRevoked} where the engine answers at once and says no. */
    void tryIt(AgentContext context) throws Exception {
        attempt.with(context);
    }
}
