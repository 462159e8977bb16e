package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import java.util.List;
import org.jooq.DSLContext;

/** Lets tasks go on with their fallbacks, in the transaction that would end them, and tells of it. */
final class Fallbacks {
    private final FallbackStatements statements = new FallbackStatements();

    /** Of these reports, the tasks that go on although their target has failed for good. */
    List<LiveTask> ofFailed(DSLContext dsl, List<AttemptReport> reports, EventLog log) {
        List<AttemptReport> failed = reports.stream()
                .filter(report -> report.outcome() instanceof Outcome.Failed)
                .toList();
        return failed.isEmpty() ? List.of() : told(statements.ofFailed(dsl, failed), log);
    }

    /** Of what lost workers held, the tasks that go on although their target has taken too many workers down. */
    List<Ticket> ofLost(DSLContext dsl, LostWork lost, EventLog log) {
        String error = EndingDecisions.epitaph(lost.maxClaims(), String.join(", ", lost.workers()));
        return told(statements.ofLost(dsl, lost, error), log).stream()
                .map(LiveTask::ticket)
                .toList();
    }

    private static List<LiveTask> told(List<FallbackStatements.FellBack> tasks, EventLog log) {
        tasks.forEach(task -> log.add(Event.ofTask(
                task.live(),
                EventKind.TASK_FELL_BACK,
                Json.object("from", task.from(), "to", task.to(), "error", task.error()))));
        return tasks.stream().map(FallbackStatements.FellBack::live).toList();
    }
}
