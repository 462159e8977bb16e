package io.orchestrator.run;

import java.time.Duration;

/**
 * When a task is sent again that a worker has declined because it knows nobody for the task's target. The wait grows, so that
 * a task that nobody can do costs next to nothing, and stays short enough for a worker that can do it to have it soon after
 * it has appeared.
 */
public final class DeclineDecisions {
    /** A worker that knows the target and has a free slot is offered the task within this time. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    public static final Duration FIRST = Duration.ofSeconds(1);

    private DeclineDecisions() {}

    /**
     * The wait before a declined task is sent again.
     *
     * @param declined how often in a row, this time included
     */
    public static Duration sendAgainAfter(int declined) {
        Duration wait = FIRST.multipliedBy(1L << Math.min(declined - 1, 20));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
