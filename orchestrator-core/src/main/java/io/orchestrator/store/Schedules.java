package io.orchestrator.store;

import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Plans that are run by the calendar. Thread-safe, for any number of timer services at once: a firing and the run that it
 * makes are one transaction, so each firing makes at most one run, whoever dies in between.
 */
public interface Schedules {
    /** A schedule to be kept; {@code request} has no key, since each firing has its own. */
    record Draft(
            String name, RunRequest request, String cron, String zone, MissedPolicy missed, OverlapPolicy overlap) {}

    /**
     * A schedule as it stands.
     *
     * @param nextAt the firing that it waits for; empty when there is none any more
     * @param lastAt the newest firing that was dealt with, and {@code lastResult} what became of it
     */
    record View(
            String name,
            String planName,
            String cron,
            String zone,
            MissedPolicy missed,
            OverlapPolicy overlap,
            boolean paused,
            Optional<Instant> nextAt,
            Optional<Instant> lastAt,
            Optional<String> lastResult,
            Optional<String> lastRunId,
            Optional<Failing> failing) {
        /** Whether it does not fire any more until somebody resumes it, because it failed. */
        public boolean isSetAside() {
            return failing.flatMap(Failing::setAsideAt).isPresent();
        }
    }

    /**
     * What keeps a schedule from firing.
     *
     * @param error the last one
     * @param inARow how often it has failed since it last fired
     * @param setAsideAt when it was given up; empty while it is tried again
     */
    record Failing(String error, int inARow, Optional<Instant> setAsideAt) {}

    /** A schedule of this name exists, or none does. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message);
        }

        public static Refused unknown(String name) {
            return new Refused("there is no schedule '" + name + "'; those that there are: orchestrator schedule list");
        }

        public static Refused broken(String name, String why) {
            return new Refused("schedule '" + name + "' cannot fire: " + why
                    + "; remove it with: orchestrator schedule remove " + name + ", and add it again");
        }

        public static Refused taken(String name) {
            return new Refused("there is a schedule '" + name + "' already; remove it first with: orchestrator schedule"
                    + " remove " + name + ", or choose another name");
        }
    }

    /**
     * Keeps a schedule; it waits for its first firing after now.
     *
     * @throws io.orchestrator.schedule.InvalidScheduleException when the expression or the zone is not valid
     * @throws Refused when the name is taken
     */
    View add(Draft draft);

    /** All of them, by name. */
    List<View> list();

    Optional<View> find(String name);

    /** Forgets a schedule; its runs stay. False where there is none. */
    boolean remove(String name);

    /** Lets it fire no more until {@link #resume}. @throws Refused when there is no such schedule */
    View pause(String name);

    /** Lets it fire again, from now on; what would have fired meanwhile was not missed. @throws Refused as above */
    View resume(String name);

    /** Runs its plan now, beside its firings. @throws Refused when there is no such schedule */
    Submission runNow(String name);

    /**
     * Deals with up to {@code max} firings that are due, each in a transaction of its own. Schedules take turns: one that
     * has many firings to make up for comes again only when the others that are due had theirs. A schedule that fails
     * keeps no other from firing: it is put off, and set aside when it has failed often enough or cannot be read.
     */
    Round fireDue(int max);

    /**
     * What a round did.
     *
     * @param fired firings that were dealt with
     * @param runs those that were made
     */
    record Round(int fired, List<String> runs, Ready ready) {}

    /** How long until the next firing is due: zero when one is already, empty when none is waited for. */
    Optional<Duration> untilNext();

    /** By how much the firing that has been due for longest is late; zero when none is due. */
    Duration lateness();

    /** The key of the run that a firing makes. */
    static String key(String name, Instant firing) {
        return "schedule:" + name + ":" + firing;
    }
}
