package io.orchestrator.store.postgres;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.store.Hold;

/** What a write under an epoch that is no longer current is told. */
final class Revoked {
    private Revoked() {}

    static AttemptRevoked of(Hold hold) {
        return new AttemptRevoked("task " + hold.taskId() + " is no longer held under epoch " + hold.epoch()
                + ": it was cancelled, timed out or given to another worker");
    }
}
