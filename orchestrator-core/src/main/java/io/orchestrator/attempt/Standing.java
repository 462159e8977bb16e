package io.orchestrator.attempt;

/** How far the engine trusts a worker process. */
public enum Standing {
    /** Its lease is renewed in time. */
    TRUSTED,
    /** It cannot be sure of its lease, which may be taken away at any moment, or still be its own. */
    CUT_OFF,
    /** Its lease was taken away: its tasks may be running elsewhere, under later epochs. */
    LOST
}
