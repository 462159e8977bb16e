package io.orchestrator.sim;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.RunView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What the actors were told by the store, kept apart from it, and what must follow from that. */
final class Ledger {
    /** A body that was stopped needs this long at most to end. */
    private static final long TIME_TO_STOP = 2 * Pace.MINUTE;

    /** What is known of one task. */
    private static final class Page {
        long epoch;
        long checkpoint;
        Usage used = Usage.NONE;
        final Map<Long, SimProcess> claims = new HashMap<>();
        final Map<String, Json> steps = new HashMap<>();
        final List<SimAttempt> attempts = new ArrayList<>();
        final Map<String, String> children = new HashMap<>();
        boolean waits;
        Optional<Long> completedBy = Optional.empty();
        Optional<RunView.Task> end = Optional.empty();
    }

    private final World world;
    private final Map<String, Page> pages = new HashMap<>();
    private final Set<String> cancelledRuns = new HashSet<>();

    Ledger(World world) {
        this.world = world;
    }

    private Page page(String taskId) {
        return pages.computeIfAbsent(taskId, id -> new Page());
    }

    void cancelled(String runId) {
        cancelledRuns.add(runId);
    }

    void claimed(ClaimedTask task, SimWorker worker) {
        Hold hold = task.hold();
        world.note("claimed", hold.taskId() + " under " + hold.epoch());
        Page page = page(hold.taskId());
        require(hold.epoch() > page.epoch, () -> "claimed under an epoch that is not new", hold);
        require(page.end.isEmpty(), () -> "claimed after its end", hold);
        require(!cancelledRuns.contains(task.runId()), () -> "claimed after its run was cancelled", hold);
        require(task.deadline().map(world.instant()::isBefore).orElse(true), () -> "claimed after its deadline", hold);
        long from = task.checkpoint().map(c -> c.seq()).orElse(0L);
        require(from >= page.checkpoint, () -> "claimed without its newest checkpoint " + page.checkpoint, hold);
        requireUsage(page, task.usedBefore(), hold);
        require(!page.waits || task.openChildren() == 0, () -> "claimed while it waits for its children", hold);
        page.waits = false;
        page.epoch = hold.epoch();
        page.claims.put(hold.epoch(), worker.process());
    }

    /** Only one body at a time may believe that the task is its own, but for processes that stood still just now. */
    void begins(SimAttempt attempt) {
        Page page = page(attempt.hold().taskId());
        page.attempts.removeIf(other -> !other.isRunning() || !other.process().isAlive());
        for (SimAttempt other : page.attempts) {
            require(
                    other.standsStill() || !other.process().isAwakeSince(TIME_TO_STOP),
                    () -> "begun while " + other.process().name() + " works at it under "
                            + other.hold().epoch(),
                    attempt.hold());
        }
        page.attempts.add(attempt);
    }

    /** It stood still, and works again: nobody may have been given its task meanwhile. */
    void goesOn(SimAttempt attempt) {
        Hold hold = attempt.hold();
        world.note("goes on", hold.taskId() + " under " + hold.epoch());
        Page page = page(hold.taskId());
        require(hold.epoch() >= page.epoch, () -> "goes on though epoch " + page.epoch + " is known", hold);
    }

    void stepAccepted(Hold hold, String name, Json result) {
        Page page = accepted("step", hold);
        Json first = page.steps.computeIfAbsent(name, n -> result);
        require(first.equals(result), () -> name + " has the result " + result + " after " + first, hold);
    }

    /** @param used totals that it carried: they are on the bill from here on, whatever becomes of the attempt */
    void checkpointAccepted(Hold hold, long seq, Usage used) {
        Page page = accepted("checkpoint " + seq, hold);
        require(seq > page.checkpoint, () -> "got checkpoint " + seq + " after " + page.checkpoint, hold);
        page.checkpoint = seq;
        page.used = page.used.atLeast(used);
    }

    void childAccepted(Hold hold, String key, String childId) {
        Page page = accepted("child " + key, hold);
        String first = page.children.computeIfAbsent(key, k -> childId);
        require(first.equals(childId), () -> key + " is " + childId + " after " + first, hold);
    }

    private Page accepted(String what, Hold hold) {
        world.note("accepted", what + " of " + hold.taskId() + " under " + hold.epoch());
        Page page = page(hold.taskId());
        require(hold.epoch() >= page.epoch, () -> what + " accepted though epoch " + page.epoch + " is known", hold);
        require(page.end.isEmpty(), () -> what + " accepted after its end", hold);
        return page;
    }

    void reportAccepted(AttemptReport report) {
        Hold hold = report.hold();
        world.note("accepted", report.outcome() + " of " + hold.taskId() + " under " + hold.epoch());
        Page page = page(hold.taskId());
        require(hold.epoch() >= page.epoch, () -> "report accepted though epoch " + page.epoch + " is known", hold);
        if (report.outcome() instanceof Outcome.Completed) {
            require(
                    page.completedBy.map(by -> by == hold.epoch()).orElse(true),
                    () -> "completed under two epochs, first " + page.completedBy,
                    hold);
            page.completedBy = Optional.of(hold.epoch());
        }
        page.waits |= report.outcome() instanceof Outcome.Awaiting;
        page.end.ifPresent(end -> require(
                isEndOf(end, report),
                () -> "its report " + report.outcome() + " was accepted after its end as " + end.state(),
                hold));
    }

    /** A report whose answer was lost comes again, when its task has ended by it. */
    private static boolean isEndOf(RunView.Task end, AttemptReport report) {
        return end.epoch() == report.hold().epoch()
                && switch (report.outcome()) {
                    case Outcome.Completed(Json output) -> end.output().equals(Optional.of(output));
                    case Outcome.Failed ignored -> end.output().isEmpty();
                    case Outcome.Retry ignored -> false;
                    case Outcome.HandedBack ignored -> false;
                    case Outcome.Declined ignored -> false;
                    case Outcome.Awaiting ignored -> false;
                };
    }

    /** Compares with what the store shows. */
    void seen(RunView.Task task) {
        Page page = page(task.id());
        Hold hold = new Hold(task.id(), task.epoch());
        require(task.epoch() >= page.epoch, () -> "its epoch fell from " + page.epoch, hold);
        page.epoch = task.epoch();
        requireUsage(page, task.usage(), hold);
        page.end.ifPresent(
                end -> require(end.equals(task), () -> "it changed after its end: " + end + " is now " + task, hold));
        if (task.state().isFinal() && page.end.isEmpty()) {
            page.end = Optional.of(task);
            page.completedBy.ifPresent(by -> require(
                    task.output().equals(Optional.of(Json.of(by))),
                    () -> "epoch " + by + " completed it, but it is " + task.state() + " with " + task.output(),
                    hold));
        }
    }

    /** A claim that was taken back from a worker: there has to be a reason. */
    void reclaimed(String taskId, long epoch) {
        SimProcess holder = page(taskId).claims.get(epoch);
        if (holder != null) {
            require(
                    !holder.isHealthySince(2 * Pace.LEASE_MS),
                    () -> "taken back from " + holder.name() + ", which is healthy",
                    new Hold(taskId, epoch));
        }
    }

    private static void requireUsage(Page page, Usage known, Hold hold) {
        require(
                known.atLeast(page.used).equals(known),
                () -> "it has used " + known + ", but a checkpoint carried " + page.used,
                hold);
    }

    private static void require(boolean holds, Supplier<String> what, Hold hold) {
        if (!holds) {
            throw new Violation("task " + hold.taskId() + " under epoch " + hold.epoch() + ": " + what.get());
        }
    }
}
