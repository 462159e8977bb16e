package io.orchestrator.worker;

import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Children;
import io.orchestrator.store.ClaimedTask;
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

    /**
     * A body that waits although all its children had ended when it began has not looked at them, and would wait again in
     * each of its attempts, for ever.
     */
    AwaitingChildren await() {
        attempt.checkMayGoOn();
        ClaimedTask task = attempt.claimed();
        if (task.openChildren() == 0 && !submitted) {
            throw new IllegalStateException(
                    "there is nothing to wait for: " + task.children() + " children had ended when this attempt began,"
                            + " and it has submitted no new one; read children().results() and go on");
        }
        return new AwaitingChildren(task.hold().taskId());
    }
}
