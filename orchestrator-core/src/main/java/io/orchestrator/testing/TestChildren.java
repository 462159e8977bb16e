package io.orchestrator.testing;

import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Children;
import io.orchestrator.store.ClaimedTask;
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
        ClaimedTask task = attempt.claimed();
        if (task.openChildren() == 0 && !submitted) {
            throw new IllegalStateException("there is nothing to wait for: " + task.children()
                    + " children had ended when this attempt began, and it has submitted no new one;"
                    + " read children().results() and go on");
        }
        return new AwaitingChildren(task.hold().taskId());
    }
}
