package io.orchestrator.cli;

import io.orchestrator.service.Outage;
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
    /** Each change in the log is a reason to look; this is for logs whose end was cleaned away before it was read. */
    private static final int LOOK_AT_STATE_EVERY = 20;

    private final RunStore runs;
    private final ProgressView view;
    private final Interruption interruption;
    private long seen;
    private int quietRounds;
    private final Outage outage = new Outage();

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
                if (outage.ends()) {
                    LOG.warn("Postgres answers again");
                }
                if (ended) {
                    return runs.view(runId, true);
                }
                interruption.await(LOOK_EVERY);
            } catch (StoreUnavailable e) {
                if (outage.isNews(e)) {
                    LOG.warn("cannot look at the run for now, and tries again: {}", e.getMessage());
                }
                interruption.await(LOOK_AGAIN_AFTER_OUTAGE);
            }
        }
        return Optional.empty();
    }

    /** Whether the run has ended; then everything that happened in it has been shown. */
    private boolean look(String runId) {
        if (showNews(runId)) {
            quietRounds = 0;
        }
        if (quietRounds++ % LOOK_AT_STATE_EVERY != 0 || !hasEnded(runId)) {
            return false;
        }
        // The end may have come between the two questions.
        showNews(runId);
        return true;
    }

    /** Whether there was any. */
    private boolean showNews(String runId) {
        boolean some = false;
        List<EventView> news;
        do {
            news = runs.events(runId, seen, MOST_EVENTS);
            view.update(runs, runId, news);
            if (!news.isEmpty()) {
                some = true;
                seen = news.getLast().seq();
            }
        } while (news.size() == MOST_EVENTS);
        return some;
    }

    /** Asked of the run itself: an end in the log may be that of a life before a retry. */
    private boolean hasEnded(String runId) {
        return runs.view(runId, false).map(run -> run.state().isFinal()).orElse(true);
    }
}
