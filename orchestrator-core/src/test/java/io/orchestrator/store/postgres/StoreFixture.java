package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Failure;
import io.orchestrator.run.Ids;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A store on a fresh database, with short words for what tests do to it. */
final class StoreFixture implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(30);

    final DatabaseUrl url = TestServers.newDatabase();
    final Ids ids = new Ids(new SystemClock(), RandomGenerator.of("L64X128MixRandom"));
    final PostgresStore store = PostgresStore.open(url, "test", 8, ids);

    Submission submit(String plan) {
        return submit(plan, Optional.empty());
    }

    Submission submit(String plan, Optional<String> key) {
        Json source = Json.parse(plan.replace('\'', '"'));
        return store.runs()
                .submit(new RunRequest(PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, key));
    }

    String worker() {
        return worker(LEASE);
    }

    String worker(Duration lease) {
        String id = ids.worker();
        store.leases().register(new WorkerInfo(id, "here", "boot", 1, "then", 4, "test"), lease);
        return id;
    }

    List<ClaimedTask> claim(String worker, List<Ticket> tickets) {
        return store.tasks().claim(worker, tickets.stream().map(Ticket::taskId).toList());
    }

    ClaimedTask claimOne(String worker, Submission submission) {
        return claim(worker, submission.ready().tickets()).getFirst();
    }

    ReportResult complete(ClaimedTask task, Json output) {
        return report(task.hold(), new Outcome.Completed(output));
    }

    ReportResult retry(ClaimedTask task, Duration delay) {
        return report(task.hold(), new Outcome.Retry(new Failure("boom", true, Optional.empty()), delay));
    }

    ReportResult fail(ClaimedTask task, String message) {
        return report(task.hold(), new Outcome.Failed(new Failure(message, true, Optional.empty())));
    }

    ReportResult report(Hold hold, Outcome outcome) {
        return store.tasks().report(List.of(new AttemptReport(hold, outcome, Usage.NONE)));
    }

    RunView view(String runId) {
        return store.runs().view(runId, true).orElseThrow();
    }

    RunView.Task task(String taskId) {
        return store.runs().task(taskId).orElseThrow();
    }

    @Override
    public void close() {
        store.close();
    }
}
