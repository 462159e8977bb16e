package io.orchestrator.timer;

import io.orchestrator.service.Loop;
import io.orchestrator.service.Service;
import io.orchestrator.store.Deletions;
import io.orchestrator.store.Retention;
import io.orchestrator.store.StoreUnavailable;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cleans up once an hour. Several may run; each removes what the others have not. */
public final class RetentionService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionService.class);
    private static final Duration EVERY = Duration.ofHours(1);

    /** While there is more to remove than one round does. */
    private static final Duration SOON = Duration.ofMinutes(1);

    private static final int RUNS_AT_ONCE = 1_000;
    private static final int ROWS_AT_ONCE = 1_000;

    private final Retention retention;
    private final Deletions deletions;
    private final Retention.Days days;
    private final Loop loop = new Loop("retention", this::round);

    public RetentionService(Retention retention, Deletions deletions, Retention.Days days) {
        this.retention = retention;
        this.deletions = deletions;
        this.days = days;
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void stop() {
        loop.stop();
    }

    @Override
    public Optional<String> trouble() {
        return loop.trouble();
    }

    @Override
    public boolean awaitStopped(Duration atMost) throws InterruptedException {
        return loop.awaitStopped(atMost);
    }

    private Duration round() {
        int partitions = retention.prepareEventLog();
        Retention.Cleaned cleaned = retention.clean(days);
        if (partitions > 0 || cleaned.checkpoints() + cleaned.events() + cleaned.timers() + cleaned.logs() > 0) {
            LOG.info("made {} partitions of the event log, removed {}", partitions, cleaned);
        }
        deletions.begun(RUNS_AT_ONCE).forEach(this::remove);
        int deleted = days.runs().isPresent() ? deleteOldRuns(days.runs().getAsInt()) : 0;
        return deleted < RUNS_AT_ONCE ? EVERY : SOON;
    }

    /** Some of them, the oldest first; returns how many. */
    private int deleteOldRuns(int keptDays) {
        int deleted = 0;
        for (String run : deletions.endedBefore(keptDays, RUNS_AT_ONCE)) {
            // Who cannot be deleted any more since it was looked for is looked for again in a later round.
            if (deletions.begin(run).isEmpty()) {
                remove(run);
                deleted++;
            }
        }
        if (deleted > 0) {
            LOG.info("deleted {} runs that ended more than {} days ago", deleted, keptDays);
        }
        return deleted;
    }

    /** One that cannot be removed keeps no other from it, and is tried again in the next round. */
    private void remove(String run) {
        try {
            long removed;
            do {
                removed = deletions.remove(run, ROWS_AT_ONCE);
            } while (removed > 0);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("run {} cannot be removed for now", run, e);
        }
    }
}
