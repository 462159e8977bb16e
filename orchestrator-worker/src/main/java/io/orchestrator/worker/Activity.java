package io.orchestrator.worker;

import io.orchestrator.agent.Usage;
import io.orchestrator.run.StuckDecisions.Signs;
import io.orchestrator.time.Ticks;
import java.time.Duration;

/** When an attempt last showed signs of life, by monotonic ticks, counted from when it began. Thread-safe. */
final class Activity {
    private final Ticks ticks;
    private long outputNanos;
    private long progressNanos;
    private Usage usedAtProgress;
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

    /** @param used totals of the task by now, which only grow */
    synchronized Signs signs(Usage used) {
        Duration sinceProgress = ticks.since(progressNanos);
        Duration sinceOutput = ticks.since(outputNanos);
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
