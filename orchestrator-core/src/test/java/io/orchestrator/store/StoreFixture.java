package io.orchestrator.store;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Failure;
import io.orchestrator.run.Ids;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.time.SystemClock;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Short words for what tests do to a store. */
public final class StoreFixture {
    /** What the reaper goes by in tests; long, so that a slow machine changes nothing. */
    public static final Duration LEASE = Duration.ofHours(1);

    /** One phase, one agent. */
    public static final String ONE_TASK = "{'name':'one','phases':[{'phase':'P','agents':['A']}]}";

    /** Outlasts whatever time a test lets pass. */
    private static final Duration LONG_LEASE = Duration.ofDays(30);

    private final Ids ids = new Ids(new SystemClock(), new SecureRandom());
    private final StoreUnderTest store;

    public StoreFixture(StoreUnderTest store) {
        this.store = store;
    }

    /** A plan, in JSON with single quotes. */
    public Submission submit(String plan) {
        return submit(plan, Optional.empty());
    }

    public Submission submit(String plan, Optional<String> key) {
        Json source = Json.parse(plan.replace('\'', '"'));
        return store.runs()
                .submit(new RunRequest(PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, key));
    }

    public static RunRequest request(String plan) {
        Json source = Json.parse(plan.replace('\'', '"'));
        return new RunRequest(PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty());
    }

    public String worker() {
        return worker(LONG_LEASE);
    }

    public String worker(Duration lease) {
        WorkerInfo worker = info("here", "boot");
        store.leases().register(worker, lease);
        return worker.id();
    }

    public WorkerInfo info(String host, String bootId) {
        return new WorkerInfo(ids.worker(), host, bootId, 1, "then", 4, "test");
    }

    /** In the order of the tickets; a store hands tasks out in any order. */
    public List<ClaimedTask> claim(String worker, List<Ticket> tickets) {
        List<String> ids = tickets.stream().map(Ticket::taskId).toList();
        return store.tasks().claim(worker, ids).stream()
                .sorted(Comparator.comparingInt(task -> ids.indexOf(task.hold().taskId())))
                .toList();
    }

    public ClaimedTask claimOne(String worker, Submission submission) {
        return claim(worker, submission.ready().tickets()).getFirst();
    }

    /** Claims by a new worker all that is ready; by the names of the outputs. */
    public Named<ClaimedTask> claimAll(Submission submission) {
        return Named.of(claim(worker(), submission.ready().tickets()), ClaimedTask::name);
    }

    public ReportResult complete(ClaimedTask task, Json output) {
        return report(task.hold(), new Outcome.Completed(output));
    }

    public ReportResult retry(ClaimedTask task, Duration delay) {
        return report(task.hold(), new Outcome.Retry(new Failure("boom", true, Optional.empty()), delay));
    }

    public ReportResult fail(ClaimedTask task, String message) {
        return report(task.hold(), new Outcome.Failed(new Failure(message, true, Optional.empty())));
    }

    public ReportResult handBack(ClaimedTask task, Duration delay) {
        return report(task.hold(), new Outcome.HandedBack("stopping", delay));
    }

    public ReportResult report(Hold hold, Outcome outcome) {
        return report(hold, outcome, Usage.NONE);
    }

    public ReportResult report(Hold hold, Outcome outcome, Usage used) {
        return store.tasks().report(List.of(new AttemptReport(hold, outcome, used)));
    }

    /** So many tokens, hundredths of a dollar and milliseconds. */
    public static Usage usage(long amount) {
        return new Usage(amount, BigDecimal.valueOf(amount, 2), amount);
    }

    public RunView view(Submission run) {
        return store.runs().view(run.runId(), true).orElseThrow();
    }

    public RunView.Task task(ClaimedTask task) {
        return task(task.hold().taskId());
    }

    public RunView.Task task(String taskId) {
        return store.runs().task(taskId).orElseThrow();
    }

    /** The first task that the submission made ready. */
    public static String firstTask(Submission run) {
        return run.ready().tickets().getFirst().taskId();
    }

    /** The tasks of all phases, by the names of their outputs. */
    public Named<RunView.Task> tasksByName(Submission run) {
        return Named.of(
                view(run).phases().stream().flatMap(p -> p.tasks().stream()).toList(), RunView.Task::name);
    }

    public Named<RunView.Phase> phases(Submission run) {
        return Named.of(view(run).phases(), RunView.Phase::name);
    }

    public List<String> eventKinds(Submission run) {
        return store.runs().events(run.runId(), 0, Integer.MAX_VALUE).stream()
                .map(EventView::kind)
                .toList();
    }
}
