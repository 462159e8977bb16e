package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.memory.TaskEndings.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One batch of reports, in one transaction. */
final class ReportBatch {
    private final Memory memory;
    private final TaskEndings endings;
    private final Instant now;
    private final Set<Hold> accepted = new LinkedHashSet<>();
    private final List<Ending> ends = new ArrayList<>();
    private Ready ready = Ready.NOTHING;

    ReportBatch(Memory memory, TaskEndings endings, Instant now) {
        this.memory = memory;
        this.endings = endings;
        this.now = now;
    }

    ReportResult apply(List<AttemptReport> reports) {
        List<AttemptReport> storable = reports.stream()
                .sorted(Comparator.comparing(r -> r.hold().taskId()))
                .map(ReportBatch::storable)
                .toList();
        storable.forEach(report -> memory.held(report.hold())
                .ifPresentOrElse(task -> apply(task, report), () -> acceptIfAppliedBefore(report)));
        return new ReportResult(accepted, endings.apply(ends).and(ready));
    }

    /** Refuses the batch before any of it is applied. */
    private static AttemptReport storable(AttemptReport report) {
        return report.outcome() instanceof Outcome.Completed(Json output)
                ? new AttemptReport(report.hold(), new Outcome.Completed(Stored.json(output)), report.used())
                : report;
    }

    private void apply(TaskRow task, AttemptReport report) {
        accepted.add(report.hold());
        switch (report.outcome()) {
            case Outcome.Completed(Json output) ->
                ends.add(new Ending(task, TaskState.COMPLETED, report.used(), Optional.of(output), Optional.empty()));
            case Outcome.Failed(var failure) when task.mayFallBack() -> fallBack(task, failure.message(), report);
            case Outcome.Failed(var failure) ->
                ends.add(Ending.bad(task, TaskState.FAILED, report.used(), failure.message()));
            case Outcome.Retry retry -> retry(task, retry, report);
            case Outcome.HandedBack back -> handBack(task, back, report);
            case Outcome.Declined(String reason) -> decline(task, reason);
            case Outcome.Awaiting ignored -> await(task, report);
        }
    }

    private void fallBack(TaskRow task, String error, AttemptReport report) {
        ready = ready.and(Fallbacks.take(task, error, report.used(), now));
    }

    private void retry(TaskRow task, Outcome.Retry retry, AttemptReport report) {
        task.retry(report.used());
        memory.timers.add(now.plus(retry.delay()), new Promise.Retry(task.hold()));
        ready = ready.and(new Ready(List.of(), true));
        log(
                task,
                EventKind.TASK_RETRYING,
                Json.object(
                        "error",
                        retry.failure().message(),
                        "startedAt",
                        String.valueOf(task.claimedAt.orElseThrow()),
                        "delayMs",
                        retry.delay().toMillis()));
    }

    private void handBack(TaskRow task, Outcome.HandedBack back, AttemptReport report) {
        Duration delay = back.delay();
        task.handBack(report.used(), delay.isZero() ? Dispatch.GRACE : delay, now);
        log(
                task,
                EventKind.TASK_HANDED_BACK,
                Json.object("reason", back.reason(), "startedAt", String.valueOf(task.claimedAt.orElseThrow())));
        if (delay.isZero()) {
            ready = ready.and(new Ready(List.of(task.ticket()), false));
        }
    }

    private void decline(TaskRow task, String reason) {
        task.decline(now);
        if (task.declined == 1) {
            log(
                    task,
                    EventKind.TASK_HANDED_BACK,
                    Json.object("reason", reason, "startedAt", String.valueOf(task.claimedAt.orElseThrow())));
        }
    }

    private void await(TaskRow task, AttemptReport report) {
        task.await(report.used(), now);
        log(
                task,
                EventKind.TASK_WAITING,
                Json.object("children", task.openChildren, "startedAt", String.valueOf(task.claimedAt.orElseThrow())));
        if (task.state == TaskState.QUEUED) {
            ready = ready.and(new Ready(List.of(task.ticket()), false));
        }
    }

    private void log(TaskRow task, EventKind kind, Json data) {
        task.phase.run.log(now, kind, task, data);
    }

    /** When a commit's answer was lost the same report comes again; what it did then is no refusal now. */
    private void acceptIfAppliedBefore(AttemptReport report) {
        boolean isAnEnd = switch (report.outcome()) {
            case Outcome.Completed ignored -> true;
            case Outcome.Failed ignored -> true;
            case Outcome.Retry ignored -> false;
            case Outcome.HandedBack ignored -> false;
            case Outcome.Declined ignored -> false;
            case Outcome.Awaiting ignored -> false;
        };
        TaskRow task = memory.tasks.get(report.hold().taskId());
        if (isAnEnd && task != null && task.epoch == report.hold().epoch() && endedByItsHolder(task)) {
            accepted.add(report.hold());
        }
    }

    private static boolean endedByItsHolder(TaskRow task) {
        return task.state == TaskState.COMPLETED || task.state == TaskState.FAILED;
    }
}
