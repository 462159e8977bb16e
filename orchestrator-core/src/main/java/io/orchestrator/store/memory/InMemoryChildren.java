package io.orchestrator.store.memory;

import io.orchestrator.agent.ChildRefused;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.TaskSpec;
import io.orchestrator.plan.TaskType;
import io.orchestrator.run.Kinship;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Storable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Children in memory. */
final class InMemoryChildren implements ChildStore {
    private final Transactions transactions;
    private final Memory memory;
    private final InstantSource clock;

    InMemoryChildren(Transactions transactions, Memory memory, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public Submitted submit(Hold parent, ChildSpec child, Usage used) {
        ChildSpec stored = Storable.child(child);
        return transactions.run("children.submit", () -> {
            TaskRow row = memory.held(parent).orElseThrow(parent::revoked);
            return memory.childOf(row, stored.key())
                    .map(known -> same(stored, known))
                    .orElseGet(() -> insert(row, stored, used));
        });
    }

    private static Submitted same(ChildSpec child, TaskRow known) {
        TaskSpec spec = known.spec;
        ChildSpec before = new ChildSpec(child.key(), spec.type().wire(), spec.target(), spec.input());
        if (!before.contentHash().equals(child.contentHash())) {
            throw ChildRefused.conflict(child.key(), known.id);
        }
        return new Submitted(known.id, false, Ready.NOTHING);
    }

    private Submitted insert(TaskRow parent, ChildSpec child, Usage used) {
        Kinship.refusal(parent.id, parent.children).ifPresent(reason -> {
            throw new ChildRefused(reason);
        });
        Instant now = clock.instant();
        PhaseRow phase = parent.phase;
        TaskSpec spec = new TaskSpec(
                phase.tasks.size(),
                TaskType.of(child.type()),
                child.target(),
                Optional.empty(),
                parent.spec.name() + '/' + child.key(),
                -1,
                Kinship.keyInPhase(parent.id, child.key()),
                child.input(),
                Json.EMPTY_OBJECT);
        TaskRow task = new TaskRow(parent.newChild(used), phase, spec, parent.deadline, now);
        memory.tasks.put(task.id, task);
        memory.live.put(task.id, task);
        phase.addChild(task);
        if (phase.ending.isPresent() || phase.run.ending.isPresent()) {
            return new Submitted(task.id, true, Ready.NOTHING);
        }
        task.release(now);
        return new Submitted(task.id, true, new Ready(List.of(task.ticket()), false));
    }

    @Override
    public List<ChildResult> results(String parentId) {
        int prefix = Kinship.keyInPhase(parentId, "").length();
        return transactions.run(
                "children.results",
                () -> memory.childrenOf(parentId)
                        .map(task -> result(task, prefix))
                        .toList());
    }

    private static ChildResult result(TaskRow task, int prefix) {
        return new ChildResult(
                task.spec.key().substring(prefix),
                task.id,
                task.state.wire(),
                task.state.isFinal(),
                task.output,
                Optional.of(task).filter(t -> t.state.isFinal()).flatMap(t -> t.error));
    }
}
