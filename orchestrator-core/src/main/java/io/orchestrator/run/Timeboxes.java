package io.orchestrator.run;

import java.time.Duration;

/** What holds for every timebox, whether of a task, a phase or a run. */
public final class Timeboxes {
    public static final String TASK_IS_OVER = "the task's timebox is over";
    public static final String PHASE_IS_OVER = "the phase's timebox is over";
    public static final String RUN_IS_OVER = "the run's timebox is over";

    private Timeboxes() {}

    /** When the holders of tasks are asked to come to a result, from the timebox' start: after nine tenths of it. */
    public static Duration wrapUpAfter(Duration timebox) {
        return Duration.ofMillis(timebox.toMillis() * 9 / 10);
    }
}
