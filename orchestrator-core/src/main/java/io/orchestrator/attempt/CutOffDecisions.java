package io.orchestrator.attempt;

import java.time.Duration;

/**
 * What becomes of an attempt by its worker's standing. Nothing may work for it while the worker cannot be sure of its lease;
 * what can stand still need not be ended for that.
 */
public final class CutOffDecisions {
    private CutOffDecisions() {}

    /** What an attempt's body does. */
    public sealed interface Body {
        /** It works. */
        record Works(boolean canStandStill) implements Body {}

        /** It was made to stand still, so long ago. */
        record StandsStill(Duration since) implements Body {}
    }

    /** What to do with it. */
    public enum Move {
        NOTHING,
        FREEZE,
        THAW,
        /** It ends because nobody can tell whose it is. */
        STOP,
        /** It ends because it is another's. */
        GIVE_UP
    }

    /**
     * What is to be done with the body of an attempt now.
     *
     * @param frozenAtMost zero where nothing is made to stand still
     */
    public static Move move(Standing standing, Body body, Duration frozenAtMost) {
        return switch (standing) {
            case TRUSTED -> body instanceof Body.StandsStill ? Move.THAW : Move.NOTHING;
            case CUT_OFF ->
                switch (body) {
                    case Body.Works(boolean canStandStill) ->
                        canStandStill && frozenAtMost.isPositive() ? Move.FREEZE : Move.STOP;
                    case Body.StandsStill(Duration since) ->
                        since.compareTo(frozenAtMost) < 0 ? Move.NOTHING : Move.STOP;
                };
            case LOST -> Move.GIVE_UP;
        };
    }
}
