package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.plan.TaskSpec;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.DeclineDecisions;
import io.orchestrator.run.Kinship;
import io.orchestrator.run.TaskEvent;
import io.orchestrator.run.TaskLifecycle;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A task: what it is, how it stands, and what became of it. Every change of its state is one of these methods. */
final class TaskRow {
    final String id;
    final PhaseRow phase;
    final int round;
    final int step;
    final TaskSpec spec;
    Optional<Instant> deadline;
    TaskState state = TaskState.PENDING;
    long epoch;
    int attempt = 1;
    /** Claims since the last checkpoint: counted when claiming, because a crash reports nothing. */
    int claims;
    /** How often in a row a worker knew nobody for its target. */
    int declined;

    Instant readySince = Instant.EPOCH;
    final Set<String> declinedBy = new HashSet<>();

    /** How many it has submitted, and how many of them have not ended. */
    int children;

    int openChildren;
    long checkpointSeq;
    /** Passes its target's closed gate, while it is queued. */
    boolean probe;
    /** Whether the present claim is that of a probe. */
    boolean probing;
    /** Set once, when the fallback took over. */
    Optional<FallenBack> fellBack = Optional.empty();

    Instant dispatchAt;
    Optional<Instant> wrapUpBy = Optional.empty();
    Optional<String> worker = Optional.empty();
    /** Who held it before it was last queued again or made to wait. */
    Optional<String> heldBefore = Optional.empty();

    Optional<Instant> claimedAt = Optional.empty();
    Optional<Double> progress = Optional.empty();
    Optional<String> message = Optional.empty();
    Usage used = Usage.NONE;
    Optional<Json> output = Optional.empty();
    Optional<String> error = Optional.empty();
    Optional<Instant> finishedAt = Optional.empty();

    TaskRow(String id, PhaseRow phase, TaskSpec spec, Optional<Instant> deadline, Instant now) {
        this.id = id;
        this.phase = phase;
        this.round = phase.round;
        this.step = phase.step;
        this.spec = spec;
        this.deadline = deadline;
        this.dispatchAt = now.plus(Dispatch.GRACE);
    }

    /**
     * What the first target has left behind.
     *
     * @param afterSeq checkpoints up to this one are not the fallback's
     */
    record FallenBack(ClaimedTask.FellBack from, long afterSeq) {}

    /** Who does it now. */
    String target() {
        return fellBack.isPresent() ? spec.fallback().orElseThrow().target() : spec.target();
    }

    boolean mayFallBack() {
        return spec.fallback().isPresent() && fellBack.isEmpty();
    }

    /** Goes on with the fallback, with all its attempts. */
    void fallBack(String why, Usage usedInAll, Instant now) {
        move(TaskEvent.FALL_BACK);
        declined = 0;
        long afterSeq = spec.fallback().orElseThrow().fromCheckpoint() ? 0 : checkpointSeq;
        fellBack = Optional.of(new FallenBack(new ClaimedTask.FellBack(spec.target(), why), afterSeq));
        leave();
        wrapUpBy = Optional.empty();
        claims = 0;
        attempt = 1;
        use(usedInAll);
        dispatchAt = now.plus(Dispatch.GRACE);
    }

    Priority lane() {
        return phase.run.plan().priority();
    }

    Ticket ticket() {
        return new Ticket(id, lane());
    }

    Hold hold() {
        return new Hold(id, epoch);
    }

    /** The fence: whether the holder of this is still believed. */
    boolean isHeldAs(Hold hold) {
        return state == TaskState.RUNNING && epoch == hold.epoch();
    }

    boolean isHeldBy(String workerId) {
        return state == TaskState.RUNNING && worker.equals(Optional.of(workerId));
    }

    boolean mayStartAt(Instant now) {
        return state == TaskState.QUEUED && deadline.map(now::isBefore).orElse(true);
    }

    void release(Instant now) {
        move(TaskEvent.RELEASE);
        dispatchAt = now.plus(Dispatch.GRACE);
    }

    void claim(String workerId, Instant now) {
        move(TaskEvent.CLAIM);
        readySince = declined > 0 ? readySince : now;
        epoch++;
        probing = probe;
        probe = false;
        claims++;
        worker = Optional.of(workerId);
        claimedAt = Optional.of(now);
        progress = Optional.empty();
        message = Optional.empty();
    }

    void retry(Usage usedInAll) {
        move(TaskEvent.RETRY);
        declined = 0;
        leave();
        wrapUpBy = Optional.empty();
        claims = 0;
        attempt++;
        use(usedInAll);
    }

    void wake(Instant now) {
        move(TaskEvent.WAKE);
        dispatchAt = now.plus(Dispatch.GRACE);
    }

    /** Nobody at its holder knows its target; its wait counts from when it was first offered. */
    void decline(Instant now) {
        worker.ifPresent(declinedBy::add);
        move(TaskEvent.HAND_BACK);
        uncountClaim();
        declined++;
        dispatchAt = now.plus(DeclineDecisions.sendAgainAfter(declined));
    }

    void handBack(Usage usedInAll, Duration delay, Instant now) {
        move(TaskEvent.HAND_BACK);
        declined = 0;
        uncountClaim();
        use(usedInAll);
        dispatchAt = now.plus(delay);
    }

    /** Waits for its children, or goes straight back to the queue when the last of them has ended meanwhile. */
    void await(Usage usedInAll, Instant now) {
        move(Kinship.afterAwait(openChildren) == TaskState.WAITING ? TaskEvent.AWAIT : TaskEvent.HAND_BACK);
        leave();
        claims = 0;
        use(usedInAll);
        dispatchAt = now.plus(Dispatch.GRACE);
    }

    /** Makes room for a child; returns its id. Having submitted one is progress. */
    String newChild(Usage usedInAll) {
        openChildren++;
        children++;
        progressed(usedInAll);
        return Kinship.childId(id, children);
    }

    /** One of its children has ended; true when it waited for that and is queued now. */
    boolean childEnded(Instant now) {
        openChildren--;
        if (state != TaskState.WAITING || openChildren > 0) {
            return false;
        }
        move(TaskEvent.CHILDREN_ENDED);
        dispatchAt = now.plus(Dispatch.GRACE);
        return true;
    }

    boolean isChild() {
        return Kinship.isChild(id);
    }

    /** Takes it back from a worker that never heard that it has it. */
    void disown(Instant now) {
        move(TaskEvent.HAND_BACK);
        uncountClaim();
        epoch++;
        dispatchAt = now.plus(Dispatch.GRACE);
    }

    private void leave() {
        heldBefore = worker;
        worker = Optional.empty();
    }

    private void uncountClaim() {
        leave();
        claims = Math.max(0, claims - 1);
    }

    /** Takes it back from a worker that is gone: the epoch rises, which closes every door to the old holder. */
    void reclaim(Instant now) {
        move(TaskEvent.RECLAIM);
        leave();
        epoch++;
        dispatchAt = now;
    }

    /** Marks progress, so that the count of claims starts anew. */
    void progressed(Usage usedInAll) {
        claims = 0;
        use(usedInAll);
    }

    /** Totals only grow: who says less has not heard of the rest. */
    void use(Usage inAll) {
        used = used.atLeast(inAll);
    }

    /** Ends the task; unless its holder ends it itself, the epoch rises, which revokes the holder. */
    void end(TaskState end, Usage usedInAll, Instant now) {
        move(Stages.eventOf(end));
        boolean byItsHolder = switch (end) {
            case COMPLETED, FAILED -> true;
            case CANCELLED, TIMED_OUT, DEAD, PENDING, QUEUED, RUNNING, WAITING, RETRYING -> false;
        };
        if (!byItsHolder) {
            epoch++;
        }
        use(usedInAll);
        progress = Optional.empty();
        message = Optional.empty();
        finishedAt = Optional.of(now);
    }

    private void move(TaskEvent event) {
        state = TaskLifecycle.TABLE
                .next(state, event)
                .orElseThrow(() ->
                        new IllegalStateException("task " + id + " is " + state + ": " + event + " cannot happen"));
    }
}
