package io.orchestrator.store.memory;

import io.orchestrator.schedule.FiringDecision;
import io.orchestrator.schedule.Firings;
import io.orchestrator.store.Schedules.Draft;
import io.orchestrator.store.Schedules.View;
import java.time.Instant;
import java.util.Optional;

/** A schedule. */
final class ScheduleRow {
    final Draft draft;
    final Firings firings;
    boolean paused;
    Optional<Instant> nextAt;
    Instant dealtAt = Instant.MIN;
    Optional<Instant> lastAt = Optional.empty();
    Optional<String> lastResult = Optional.empty();
    Optional<String> lastRunId = Optional.empty();

    ScheduleRow(Draft draft, Firings firings, Instant now) {
        this.draft = draft;
        this.firings = firings;
        this.nextAt = firings.after(now);
    }

    void moveOn(FiringDecision decision, Optional<String> runId, Instant now) {
        dealtAt = now;
        lastAt = nextAt;
        lastResult = Optional.of(decision.action().wire());
        lastRunId = runId.or(() -> lastRunId);
        nextAt = decision.next();
    }

    /** Since when its next firing waits for its turn. */
    Instant waitsSince() {
        Instant due = nextAt.orElseThrow();
        return due.isAfter(dealtAt) ? due : dealtAt;
    }

    View view() {
        return new View(
                draft.name(),
                draft.request().plan().name(),
                draft.cron(),
                draft.zone(),
                draft.missed(),
                draft.overlap(),
                paused,
                nextAt,
                lastAt,
                lastResult,
                lastRunId,
                Optional.empty());
    }
}
