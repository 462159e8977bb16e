package io.orchestrator.plan;

import java.util.Locale;

/** What becomes of a program while its worker cannot be sure of its lease. */
public enum WhenCutOff {
    /** It stands still, and goes on when the lease is found to be the worker's own still. */
    FREEZE,
    /** It is ended, and its task begins again from its latest checkpoint. */
    STOP;

    /** What holds where the agents file says nothing. */
    public static final WhenCutOff DEFAULT = FREEZE;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static WhenCutOff ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
