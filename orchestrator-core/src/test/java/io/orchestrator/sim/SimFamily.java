package io.orchestrator.sim;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.ClaimedTask;

/** What a body with children does: submits all of them under the same keys in each attempt, and waits until all have ended. */
final class SimFamily {
    private final SimWorker worker;
    private final ClaimedTask task;
    private final int size;
    private int submitted;

    SimFamily(SimWorker worker, ClaimedTask task) {
        this.worker = worker;
        this.task = task;
        this.size = worker.engine().habits().children(task);
    }

    /** After its first step, and until an attempt began with all children ended. */
    boolean isToSubmit(int stepsDone) {
        return size > 0 && stepsDone > 0 && (task.children() < size || task.openChildren() > 0);
    }

    boolean isComplete() {
        return submitted == size;
    }

    /** Submits the next one. */
    void submit() {
        String key = "child-" + submitted;
        ChildStore.Submitted child = worker.engine()
                .ports()
                .children()
                .submit(task.hold(), new ChildSpec(key, "agent", "C", Json.object("number", submitted)));
        worker.engine().ledger().childAccepted(task.hold(), key, child.taskId());
        submitted++;
        worker.announcer().announce(child.ready());
    }
}
