package io.orchestrator.cli;

import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows a run to its end, through outages of the store. For one thread. */
final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(130);
    private static final Duration LOOK_AGAIN_AFTER_OUTAGE = Duration.ofSeconds(1);
    private static final int MOST_EVENTS = 500;
    /** Events tell of the end; this is for those that were cleaned away before they were read. */
    private static final int LOOK_AT_STATE_EVERY = 20;

    private final RunStore runs;
    private final ProgressView view;
    private final Interruption interruption;
    private long seen;
    private int quietRounds;
    private boolean away;

    Follower(RunStore runs, ProgressView view, Interruption interruption) {
        this.runs = runs;
        this.view = view;
        this.interruption = interruption;
    }

    /** The run with its tasks once it has ended; empty when interrupted before. */
    Optional<RunView> follow(String runId) throws InterruptedException {
        while (!interruption.requested()) {
            try {
                boolean ended = look(runId);
                if (away) {
                    LOG.warn("Postgres answers again");
                    away = false;
                }
                if (ended) {
                    return runs.view(runId, true);
                }
                interruption.await(LOOK_EVERY);
            } catch (StoreUnavailable e) {
                if (!away) {
                    LOG.warn("cannot look at the run until Postgres answers again: {}", e.getMessage());
                    away = true;
                }
                interruption.await(LOOK_AGAIN_AFTER_OUTAGE);
            }
        }
        return Optional.empty();
    }

    /** Shows what is new; whether the run has ended. An end in the log may be an earlier one of a run that goes on again. */
    private boolean look(String runId) {
        boolean endTold = false;
        List<EventView> news;
        do {
            news = runs.events(runId, seen, MOST_EVENTS);
            view.update(runs, runId, news);
            if (!news.isEmpty()) {
                seen = news.getLast().seq();
                quietRounds = 0;
                endTold |= news.stream().anyMatch(Follower::isEnd);
            }
        } while (news.size() == MOST_EVENTS);
        boolean mayHaveEnded = endTold || quietRounds++ % LOOK_AT_STATE_EVERY == 0;
        return mayHaveEnded && hasEnded(runId);
    }

    private boolean hasEnded(String runId) {
        return runs.view(runId, false).map(run -> run.state().isFinal()).orElse(true);
    }

    private static boolean isEnd(EventView event) {
        return switch (event.kind()) {
            case "run.completed", "run.failed", "run.cancelled", "run.timed_out" -> true;
            default -> false;
        };
    }
}
