package io.orchestrator.store.memory;

import io.orchestrator.store.Gates.Closed;
import io.orchestrator.store.Gates.Gate;
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
                    case TARGET -> Gate.ofTarget(task.spec.type(), task.spec.target());
                });
    }

    Closed view() {
        return new Closed(gate, reason, recalls, closedAt, reopensAt);
    }
}
