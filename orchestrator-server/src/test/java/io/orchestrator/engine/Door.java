package io.orchestrator.engine;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import java.math.BigDecimal;

/** A way by which an attempt changes what the engine keeps; a zombie is to find each of them closed. */
enum Door {
    FINISH(Answer.TO_THE_REPORT),
    RETRY(Answer.TO_THE_REPORT),
    FAIL(Answer.TO_THE_REPORT),
    HAND_BACK(Answer.TO_THE_REPORT),
    CHECKPOINT(Answer.AT_ONCE),
    STEP(Answer.AT_ONCE),
    HEARTBEAT(Answer.TO_THE_HEARTBEAT),
    USAGE(Answer.AT_ONCE);

    /** When the engine says whether it was open. */
    enum Answer {
        AT_ONCE,
        TO_THE_HEARTBEAT,
        TO_THE_REPORT
    }

    private final Answer answer;

    Door(Answer answer) {
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }

    /** Throws {@link AttemptRevoked} where the engine answers at once and says no. */
    void tryIt(AgentContext context) throws Exception {
        switch (this) {
            case FINISH -> {}
            case RETRY -> throw AgentFailure.retryable("the zombie wants to try again");
            case FAIL -> throw AgentFailure.permanent("the zombie has failed");
            case HAND_BACK -> throw new ReturnedEarly("the zombie hands back");
            case CHECKPOINT -> context.checkpoint("zombie", Json.of("zombie"));
            case STEP -> context.step("zombie", () -> Json.of("zombie"));
            case HEARTBEAT -> context.heartbeat(0.99, "zombie");
            case USAGE -> context.usage(666, BigDecimal.ONE, 0);
        }
    }
}
