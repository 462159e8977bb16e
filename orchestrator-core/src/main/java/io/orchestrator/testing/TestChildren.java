package io.orchestrator.testing;

import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Children;
import java.util.List;

/** An attempt's view of its task's children. */
final class TestChildren implements Children {
    private final TestAttempt attempt;
    private final AttemptWrites writes;
    private boolean submitted;

    TestChildren(TestAttempt attempt, AttemptWrites writes) {
        this.attempt = attempt;
        this.writes = writes;
    }

    @Override
    public void submit(ChildSpec child) {
        attempt.checkMayGoOn();
        submitted |= writes.submitChild(child);
    }

    @Override
    public List<ChildResult> results() {
        attempt.checkTrusted();
        return writes.childResults();
    }

    AwaitingChildren await() {
        attempt.checkMayGoOn();
        return attempt.inHand().awaitChildren(submitted);
    }
}
