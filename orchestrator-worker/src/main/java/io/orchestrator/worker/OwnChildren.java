package io.orchestrator.worker;

import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Children;
import java.util.List;

/** An attempt's view of its task's children. Thread-safe. */
final class OwnChildren implements Children {
    private final Attempt attempt;
    private final DurableWrites writes;
    private volatile boolean submitted;

    OwnChildren(Attempt attempt, DurableWrites writes) {
        this.attempt = attempt;
        this.writes = writes;
    }

    @Override
    public void submit(ChildSpec child) {
        attempt.checkMayGoOn();
        if (writes.submitChild(attempt, child)) {
            submitted = true;
        }
    }

    /** A task that never had a child does not ask the store. */
    @Override
    public List<ChildResult> results() {
        attempt.checkTrusted();
        return attempt.claimed().children() == 0 && !submitted ? List.of() : writes.childResults(attempt);
    }

    AwaitingChildren await() {
        attempt.checkMayGoOn();
        return attempt.inHand().awaitChildren(submitted);
    }
}
