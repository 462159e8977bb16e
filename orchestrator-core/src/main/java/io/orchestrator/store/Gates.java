package io.orchestrator.store;

import io.orchestrator.plan.Priority;
import io.orchestrator.plan.TaskType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Holding dispatch. Tasks behind a closed gate stay queued: no ticket of theirs is sent, and no claim that begins after the
 * gate's commit hands them out. Nothing is refused, and nothing is lost. Thread-safe.
 *
 * <p>Closing a run's gate pauses the run: its timeboxes, and those of its phases and tasks, stand still until the gate is
 * opened, and its log says so. Lanes and targets are shared by many runs, whose timeboxes go on.
 */
public interface Gates {
    /** What a gate stands before. */
    enum Kind {
        RUN,
        LANE,
        TARGET;

        /** The name in JSON and in the database. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Kind of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    /** The name of a gate. */
    record Gate(Kind kind, String name) {
        public static Gate ofRun(String runId) {
            return new Gate(Kind.RUN, runId);
        }

        public static Gate ofLane(Priority lane) {
            return new Gate(Kind.LANE, lane.wire());
        }

        public static Gate ofTarget(TaskType type, String target) {
            return new Gate(Kind.TARGET, type.wire() + ":" + target);
        }
    }

    /**
     * How a gate is closed.
     *
     * @param reason for people
     * @param recalls whether the holders of running tasks behind it are asked to checkpoint and hand them back; without it
     *     what runs may finish
     * @param reopensAfter when it counts as open again by itself; never of a run's gate
     */
    record Closing(String reason, boolean recalls, Optional<Duration> reopensAfter) {
        /** Until it is opened; what runs may finish. */
        public static Closing because(String reason) {
            return new Closing(reason, false, Optional.empty());
        }

        public Closing recallingTasks() {
            return new Closing(reason, true, reopensAfter);
        }

        public Closing reopeningAfter(Duration wait) {
            return new Closing(reason, recalls, Optional.of(wait));
        }
    }

    /** A gate that is closed. */
    record Closed(Gate gate, String reason, boolean recalls, Instant closedAt, Optional<Instant> reopensAt) {}

    /**
     * Closes a gate. The pause of a run or lane that is closed already keeps its first reason and instant, and may begin to
     * recall tasks; of a target's gate that is closed, reason, recalling and reopening are replaced.
     *
     * @return false when it is the gate of a run that has ended or does not exist: nothing was changed
     * @throws IllegalArgumentException for the gate of a run that should reopen by itself
     */
    boolean close(Gate gate, Closing closing);

    /**
     * Opens a gate: what is queued behind it and behind no other is due at once; the tickets of the first of these, or of
     * all if they are not many, are in {@link Opened#ready}.
     */
    Opened open(Gate gate);

    /**
     * What opening did.
     *
     * @param wasClosed false when there was nothing to open
     */
    record Opened(boolean wasClosed, Ready ready) {
        public static final Opened NOTHING = new Opened(false, Ready.NOTHING);
    }

    /** The gates that are closed now, by kind and name. */
    List<Closed> closed();
}
