package io.orchestrator.verify;

import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Failure;
import io.orchestrator.run.Ids;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Submission;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A database in which the engine itself has made a little of everything: runs that completed, failed, were cancelled, ran
 * out of time and lost a task to poison, and runs that are under way. Its ids go by names such as {@code done.run}, and
 * {@link #journal} is what its agents would have written.
 */
final class History implements AutoCloseable {
    private static final Duration LEASE = Duration.ofMinutes(5);

    private final DatabaseUrl url = TestServers.newDatabase();
    private final Ids ids = new Ids(new SystemClock(), new SecureRandom());
    private final PostgresStore store = PostgresStore.open(url, "history", 4, ids);
    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<String> journal = new ArrayList<>();

    private History() {}

    /** A history of everything; with live work unless {@code drained}. */
    static History of(boolean drained) {
        History history = new History();
        history.done();
        history.failed();
        history.cancelled();
        history.timedOut();
        history.poisoned();
        history.family();
        history.broke();
        history.doneAgain();
        history.retried();
        if (!drained) {
            history.running();
            history.retrying();
            history.waiting();
            history.held();
            history.back();
        }
        return history;
    }

    Connection connect() throws SQLException {
        return TestServers.connect(url);
    }

    DatabaseUrl url() {
        return url;
    }

    List<String> journal() {
        return List.copyOf(journal);
    }

    /** Puts ids in place of their names: {@code ${done.run}}. */
    String fill(String template) {
        String text = template;
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace("${" + name.getKey() + "}", name.getValue());
        }
        if (text.contains("${")) {
            throw new IllegalArgumentException("no such name in " + text + "; there are " + names.keySet());
        }
        return text;
    }

    @Override
    public void close() {
        store.close();
    }

    /** Two phases, a checkpoint and a step in the first attempt, which fails; the second continues and completes. */
    private void done() {
        Submission run = submit("done", """
                {'name':'done','retry':{'base':'PT0.002S','max':'PT1S'},'phases':[
                  {'phase':'ONE','agents':['First','Second']},{'phase':'TWO','parallelism':2,'agents':[{'agent':'Third'}]}]}
                """);
        String worker = worker("done.worker");
        ClaimedTask first = claim(worker, run.ready().tickets(), "done.task");
        start(first, worker, 0, 2);
        used(first, 1, 10);
        checkpoint(first, 1);
        checkpoint(first, 2);
        store.checkpoints().saveStep(first.hold(), "s", Json.of(1));
        effect(first, 1);
        report(first, new Outcome.Retry(new Failure("boom", true, Optional.empty()), Duration.ofMillis(2)), usage(10));
        List<Ticket> woken = fireUntilReady();
        ClaimedTask again = claim(worker, woken, "done.again");
        start(again, worker, 2, 2);
        used(again, 2, 20);
        checkpoint(again, 3);
        effect(again, 2);
        finish(again);
        ReportResult afterFirst = report(again, new Outcome.Completed(Json.of("out")), usage(30));
        ClaimedTask second = claim(worker, afterFirst.ready().tickets(), "done.second");
        ReportResult afterSecond = report(second, new Outcome.Completed(Json.NULL), usage(5));
        ClaimedTask third = claim(worker, afterSecond.ready().tickets(), "done.third");
        report(third, new Outcome.Completed(Json.NULL), Usage.NONE);
        store.leases().release(worker);
    }

    private void failed() {
        Submission run = submit(
                "failed", "{'name':'failed','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']}]}");
        ClaimedTask task = claim(worker("failed.worker"), run.ready().tickets(), "failed.task");
        report(task, new Outcome.Failed(new Failure("no", false, Optional.empty())), usage(1));
    }

    private void cancelled() {
        Submission run =
                submit("cancelled", "{'name':'c','phases':[{'phase':'P','parallelism':1,'agents':['A','B']}]}");
        claim(worker("cancelled.worker"), run.ready().tickets(), "cancelled.task");
        store.runs().cancel(run.runId(), "not wanted");
    }

    private void timedOut() {
        Submission run = submit("late", "{'name':'late','timebox':'PT0.3S','phases':[{'phase':'P','agents':['A']}]}");
        await().until(() -> {
            store.timers().fireDue(100);
            return store.runs().view(run.runId(), false).orElseThrow().state() == StageState.TIMED_OUT;
        });
    }

    /** Five workers are lost with the task. */
    private void poisoned() {
        Submission run = submit("dead", "{'name':'dead','phases':[{'phase':'P','agents':['A']}]}");
        List<Ticket> tickets = run.ready().tickets();
        for (int i = 1; i <= 5; i++) {
            String worker = worker("dead.worker" + i);
            ClaimedTask task = claim(worker, tickets, "dead.task");
            tickets = store.recovery().takeAway(List.of(worker), 5).ready().tickets();
            if (i == 5 && store.runs().task(task.hold().taskId()).orElseThrow().state() != TaskState.DEAD) {
                throw new IllegalStateException("the history has no dead task");
            }
        }
    }

    /** A round that misses and one that does not; in the first, a task goes on with its fallback. */
    private void doneAgain() {
        Submission run = submit("again", """
                {'name':'again','phases':[{'phase':'P','rubrics':{'coverage_min':0.9},'onRubricMiss':'retry',
                  'agents':[{'agent':'A','fallback':'B'}]}]}
                """);
        String worker = worker("again.worker");
        ClaimedTask first = claim(worker, run.ready().tickets(), "again.first");
        start(first, worker, 0, 2);
        checkpoint(first, 1);
        ReportResult failed = report(first, new Outcome.Failed(new Failure("no", true, Optional.empty())), usage(3));
        ClaimedTask fallback = claim(worker, failed.ready().tickets(), "again.fallback");
        start(fallback, worker, 0, 2);
        checkpoint(fallback, 2);
        effect(fallback, 1);
        effect(fallback, 2);
        finish(fallback);
        ReportResult missed = report(fallback, new Outcome.Completed(Json.NULL), usage(4));
        ClaimedTask second = claim(worker, missed.ready().tickets(), "again.second");
        report(second, new Outcome.Completed(Json.parse("{\"metrics\":{\"coverage\":1}}")), usage(2));
        store.leases().release(worker);
    }

    /** Fails with a task that is done, is continued, fails once more, is continued, and completes. */
    private void retried() {
        Submission run = submit(
                "retried",
                "{'name':'retried','phases':[{'phase':'P','parallelism':2,'agents':['A','B']},{'phase':'Q','agents':['C']}]}");
        String worker = worker("retried.worker");
        List<Ticket> tickets = run.ready().tickets();
        report(claim(worker, tickets.subList(0, 1), "retried.done"), new Outcome.Completed(Json.of(1)), usage(1));
        List<Ticket> failing = tickets.subList(1, 2);
        for (int life = 1; life <= 2; life++) {
            ClaimedTask task = claim(worker, failing, "retried.task");
            report(task, new Outcome.Failed(new Failure("no", false, Optional.empty())), usage(2L * life));
            failing = store.reopening().retry(run.runId()).ready().tickets();
        }
        ClaimedTask third = claim(worker, failing, "retried.task");
        ReportResult last = report(third, new Outcome.Completed(Json.NULL), usage(6));
        report(claim(worker, last.ready().tickets(), "retried.last"), new Outcome.Completed(Json.NULL), usage(8));
    }

    /** Was cancelled, and goes on. */
    private void back() {
        Submission run = submit("back", "{'name':'back','phases':[{'phase':'P','parallelism':1,'agents':['A','B']}]}");
        String worker = worker("back.worker");
        claim(worker, run.ready().tickets(), "back.task");
        store.runs().cancel(run.runId(), "not wanted");
        claim(worker, store.reopening().retry(run.runId()).ready().tickets(), "back.task");
    }

    private void held() {
        Submission run = submit(
                "held",
                "{'name':'held','phases':[{'phase':'P','agents':['A'],'rubrics':{'coverage_min':0.9},'onRubricMiss':'hold'}]}");
        ClaimedTask task = claim(worker("held.worker"), run.ready().tickets(), "held.task");
        report(task, new Outcome.Completed(Json.NULL), usage(1));
    }

    private void running() {
        Submission run = submit(
                "live",
                "{'name':'live','timebox':'PT1H','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C',{'agent':'D','timebox':'PT30M'}]}]}");
        String worker = worker("live.worker");
        worker("idle.worker");
        List<ClaimedTask> tasks = store.tasks()
                .claim(
                        worker,
                        run.ready().tickets().stream().map(Ticket::taskId).toList());
        ClaimedTask task = tasks.getFirst();
        names.put("live.task", task.hold().taskId());
        names.put("live.phase", task.phaseId());
        start(task, worker, 0, 3);
        checkpoint(task, 1);
        checkpoint(task, 2);
        checkpoint(task, 3);
        effect(task, 1);
        names.put("live.pending", pendingOf(run.runId()));
    }

    private void retrying() {
        Submission run = submit(
                "retrying",
                "{'name':'r','retry':{'base':'PT1H','max':'PT4H'},'phases':[{'phase':'P','agents':['A']}]}");
        ClaimedTask task = claim(worker("retrying.worker"), run.ready().tickets(), "retrying.task");
        report(task, new Outcome.Retry(new Failure("later", true, Optional.empty()), Duration.ofHours(1)), usage(2));
    }

    /** A parent waits for two children, of which one fails; then it ends without a third. */
    private void family() {
        Submission run = submit("family", "{'name':'f','phases':[{'phase':'P','agents':['A']}]}");
        String worker = worker("family.worker");
        ClaimedTask parent = claim(worker, run.ready().tickets(), "family.task");
        ClaimedTask good = claim(worker, child(parent, "good"), "family.good");
        ClaimedTask bad = claim(worker, child(parent, "bad"), "family.bad");
        report(parent, new Outcome.Awaiting(), usage(1));
        report(good, new Outcome.Completed(Json.of(1)), usage(2));
        ReportResult last = report(bad, new Outcome.Failed(new Failure("no", false, Optional.empty())), usage(4));
        ClaimedTask again = claim(worker, last.ready().tickets(), "family.task");
        child(again, "left");
        report(again, new Outcome.Completed(Json.NULL), usage(8));
    }

    /** The second booking passes the limit. */
    private void broke() {
        Submission run = submit(
                "broke",
                "{'name':'b','phases':[{'phase':'P','parallelism':2,'budgets':{'tokens':10},'agents':['A','B']}]}");
        String worker = worker("broke.worker");
        ClaimedTask task = claim(worker, run.ready().tickets().subList(0, 1), "broke.task");
        store.budgets().book(task.hold(), usage(9));
        store.budgets().book(task.hold(), usage(11));
        report(task, new Outcome.Failed(new Failure("the budget is exhausted", false, Optional.empty())), usage(11));
    }

    private void waiting() {
        Submission run = submit("waiting", "{'name':'w','phases':[{'phase':'P','agents':['A']}]}");
        String worker = worker("waiting.worker");
        ClaimedTask parent = claim(worker, run.ready().tickets(), "waiting.task");
        claim(worker, child(parent, "one"), "waiting.child");
        report(parent, new Outcome.Awaiting(), usage(1));
    }

    private List<Ticket> child(ClaimedTask parent, String key) {
        ChildSpec spec = new ChildSpec(key, "agent", "C", Json.EMPTY_OBJECT);
        return store.children().submit(parent.hold(), spec).ready().tickets();
    }

    private String pendingOf(String runId) {
        return store.runs().view(runId, true).orElseThrow().phases().getFirst().tasks().stream()
                .filter(t -> t.state() == TaskState.PENDING)
                .findFirst()
                .orElseThrow()
                .id();
    }

    private Submission submit(String name, String plan) {
        Json source = Json.parse(plan.replace('\'', '"'));
        Submission submission = store.runs()
                .submit(new RunRequest(
                        PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()));
        names.put(name + ".run", submission.runId());
        names.put(
                name + ".phase",
                store.runs()
                        .view(submission.runId(), false)
                        .orElseThrow()
                        .phases()
                        .getFirst()
                        .id());
        journal.add("{\"kind\":\"submitted\",\"run\":\"" + submission.runId() + "\"}");
        return submission;
    }

    private String worker(String name) {
        String id = ids.worker();
        names.put(name, id);
        store.leases().register(new WorkerInfo(id, "here", "boot", 1, "then", 4, "test"), LEASE);
        return id;
    }

    private ClaimedTask claim(String worker, List<Ticket> tickets, String name) {
        ClaimedTask task = store.tasks()
                .claim(worker, tickets.stream().map(Ticket::taskId).toList())
                .getFirst();
        names.put(name, task.hold().taskId());
        return task;
    }

    private ReportResult report(ClaimedTask task, Outcome outcome, Usage used) {
        ReportResult result = store.tasks().report(List.of(new AttemptReport(task.hold(), outcome, used)));
        if (result.accepted().isEmpty()) {
            throw new IllegalStateException("refused: " + task);
        }
        return result;
    }

    private static Usage usage(long tokens) {
        return new Usage(tokens, new BigDecimal(tokens).movePointLeft(3), tokens * 7);
    }

    private List<Ticket> fireUntilReady() {
        List<Ticket> ready = new ArrayList<>();
        await().until(() -> {
            ready.addAll(store.timers().fireDue(100).ready().tickets());
            return !ready.isEmpty();
        });
        return ready;
    }

    private void start(ClaimedTask task, String worker, long resumeSeq, int steps) {
        line("start", task, "\"worker\":\"" + worker + "\",\"resumeSeq\":" + resumeSeq + ",\"of\":" + steps);
    }

    private void checkpoint(ClaimedTask task, long seq) {
        store.checkpoints().save(task.hold(), "at-" + seq, Json.of(seq), 10);
        line("checkpoint", task, "\"seq\":" + seq);
    }

    private void used(ClaimedTask task, int step, long tokens) {
        line("usage", task, "\"tokens\":" + tokens + ",\"step\":\"" + step + "\"");
    }

    private void effect(ClaimedTask task, int step) {
        String key = task.hold().taskId() + "/" + step;
        line("effect", task, "\"key\":\"" + key + "\",\"keyed\":true,\"step\":\"" + step + "\"");
    }

    private void finish(ClaimedTask task) {
        line("finish", task, "\"attempt\":" + task.attempt());
    }

    private void line(String kind, ClaimedTask task, String more) {
        journal.add("{\"kind\":\"%s\",\"task\":\"%s\",\"epoch\":%d,%s}"
                .formatted(kind, task.hold().taskId(), task.hold().epoch(), more));
    }
}
