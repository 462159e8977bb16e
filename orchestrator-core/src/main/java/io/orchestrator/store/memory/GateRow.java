package io.orchestrator.store.memory;

import io.orchestrator.store.Gates.Closed;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Gates.Kind;
import java.time.Instant;
import java.util.Optional;

/** A gate that was closed and has not been opened; it may have reopened by itself. */
record GateRow(Gate gate, String reason, boolean recalls, Instant closedAt, Optional<Instant> reopensAt) {
    boolean isClosedAt(Instant now) {
        return reopensAt.map(now::isBefore).orElse(true);
    }

    boolean standsBefore(TaskRow task) {
        return gate.equals(
                switch (gate.kind()) {
                    case RUN -> Gate.ofRun(task.phase.run.id);
                    case LANE -> Gate.ofLane(task.lane());
                    case TARGET -> Gate.ofTarget(task.spec.type(), task.target());
                });
    }

    /** A probe passes the gate of its target. */
    boolean isPassedBy(TaskRow task) {
        return task.probe && gate.kind() == Kind.TARGET;
    }

    GateRow until(Instant reopens) {
        return new GateRow(gate, reason, recalls, closedAt, Optional.of(reopens));
    }

    Closed view() {
        return new Closed(gate, reason, recalls, closedAt, reopensAt);
    }
}
