package io.orchestrator.timer;

import io.orchestrator.service.Loop;
import io.orchestrator.service.Service;
import io.orchestrator.store.Retention;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cleans up once an hour. Several may run; each removes what the others have not. */
public final class RetentionService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionService.class);
    private static final Duration EVERY = Duration.ofHours(1);

    private final Retention retention;
    private final Retention.Days days;
    private final Loop loop = new Loop("retention", this::round);

    public RetentionService(Retention retention, Retention.Days days) {
        this.retention = retention;
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
        return EVERY;
    }
}
