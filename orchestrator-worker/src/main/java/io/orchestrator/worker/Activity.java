package io.orchestrator.worker;

import io.orchestrator.agent.Usage;
import io.orchestrator.run.StuckDecisions.Signs;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When an attempt last showed signs of life, by monotonic ticks, counted from when it began. Thread-safe. */
final class Activity {
    private final Ticks ticks;
    private long outputNanos;
    private long progressNanos;
    private Usage usedAtProgress;
    private @Nullable Long stillSinceNanos;
    private boolean stuck;

    Activity(Ticks ticks, Usage usedBefore) {
        this.ticks = ticks;
        this.outputNanos = ticks.nanos();
        this.progressNanos = outputNanos;
        this.usedAtProgress = usedBefore;
    }

    /** It has put something out, or called. */
    synchronized void output() {
        outputNanos = ticks.nanos();
    }

    /** It has come further. */
    synchronized void progress(Usage used) {
        outputNanos = ticks.nanos();
        progressNanos = outputNanos;
        usedAtProgress = used;
    }

    /** It is made to stand still: that time is not counted. */
    synchronized void standsStill() {
        if (stillSinceNanos == null) {
            stillSinceNanos = ticks.nanos();
        }
    }

    synchronized void goesOn() {
        long now = ticks.nanos();
        long still = stillNanos(now);
        outputNanos = Math.min(now, outputNanos + still);
        progressNanos = Math.min(now, progressNanos + still);
        stillSinceNanos = null;
    }

    private long stillNanos(long now) {
        return stillSinceNanos == null ? 0 : now - stillSinceNanos;
    }

    /** @param used totals of the task by now, which only grow */
    synchronized Signs signs(Usage used) {
        long now = ticks.nanos();
        Duration sinceProgress = Duration.ofNanos(Math.max(0, now - progressNanos - stillNanos(now)));
        Duration sinceOutput = Duration.ofNanos(Math.max(0, now - outputNanos - stillNanos(now)));
        Usage more = new Usage(
                used.tokens() - usedAtProgress.tokens(),
                used.costUsd().subtract(usedAtProgress.costUsd()),
                used.toolMs() - usedAtProgress.toolMs());
        return new Signs(sinceProgress, sinceOutput, more);
    }

    /** Says how it was found; true when it was not stuck when it was looked at before, and is now. */
    synchronized boolean becomesStuck(boolean now) {
        boolean begins = now && !stuck;
        stuck = now;
        return begins;
    }
}
