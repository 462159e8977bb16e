package io.orchestrator.run;

/** Where a phase stands with the time that it waits between its needs being met and its start. */
public enum PhaseDelay {
    /** It starts at once. */
    NONE,
    /** It is to wait, and has not begun to. */
    AHEAD,
    /** It waits for its timer. */
    RUNNING,
    /** Its timer has fired. */
    OVER
}
