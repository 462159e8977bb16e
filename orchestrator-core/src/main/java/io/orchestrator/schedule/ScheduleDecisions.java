package io.orchestrator.schedule;

import io.orchestrator.schedule.FiringDecision.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides what becomes of firings. */
public final class ScheduleDecisions {
    /** A firing that is dealt with later than this was missed. */
    public static final Duration LATE = Duration.ofMinutes(1);

    private ScheduleDecisions() {}

    /**
     * How things stand at a firing.
     *
     * @param firing due by now
     * @param previousRuns whether the schedule's last run has not ended
     * @param freeSince when that run ended, which a queued firing has waited for
     */
    public record Standing(Instant firing, Instant now, boolean previousRuns, Optional<Instant> freeSince) {}

    /**
     * Decides about a firing that is due. With {@link OverlapPolicy#QUEUE} it is not to be asked while the last run has not
     * ended.
     */
    public static FiringDecision at(Standing standing, Firings firings, MissedPolicy missed, OverlapPolicy overlap) {
        Instant now = standing.now();
        if (isMissed(standing, overlap)) {
            return switch (missed) {
                case SKIP -> new FiringDecision(Action.SKIP_MISSED, firings.after(now.minus(LATE)));
                case RUN_ONCE -> new FiringDecision(action(standing, overlap), firings.after(now));
                case RUN_ALL -> new FiringDecision(action(standing, overlap), firings.after(standing.firing()));
            };
        }
        return new FiringDecision(action(standing, overlap), firings.after(standing.firing()));
    }

    /** Waiting for the run before is not being late. */
    private static boolean isMissed(Standing standing, OverlapPolicy overlap) {
        Instant couldFire = overlap == OverlapPolicy.QUEUE
                ? standing.freeSince().filter(standing.firing()::isBefore).orElse(standing.firing())
                : standing.firing();
        return couldFire.isBefore(standing.now().minus(LATE));
    }

    private static Action action(Standing standing, OverlapPolicy overlap) {
        if (!standing.previousRuns()) {
            return Action.SUBMIT;
        }
        return switch (overlap) {
            case SKIP -> Action.SKIP_OVERLAP;
            case ALLOW, QUEUE -> Action.SUBMIT;
            case CANCEL_RUNNING -> Action.REPLACE;
        };
    }
}
