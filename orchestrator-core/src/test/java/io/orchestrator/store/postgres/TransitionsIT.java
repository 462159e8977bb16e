package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Lifecycle;
import io.orchestrator.run.StageLifecycle;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskLifecycle;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AddedPhase;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.HeldPhases.Decision;
import io.orchestrator.store.PhaseAddition;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.RunStart;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TakeOver;
import io.orchestrator.store.postgres.TransitionRecorder.Seen;
import io.orchestrator.testing.servers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Compares the declared lifecycles with what the store's statements do. Triggers see every change of a state while runs
 * are driven through the ports in every way that is known; a declaration that nothing takes fails as well as a change
 * that nothing declares.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransitionsIT {
    private static final String ONE_TASK = "{'name':'t','phases':[{'phase':'P','agents':['A']}]}";

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final DatabaseUrl url = tested.url;
    private final PostgresStore store = tested.store;
    private final TransitionRecorder recorder = TransitionRecorder.installedIn(url);

    @BeforeAll
    void drive_runs_in_every_way() {
        succeedInPlaces();
        failAndTryAgain();
        cancelTheRetry();
        failForGood();
        missARubric();
        holdAndDecide();
        holdAndEndOtherwise();
        goOnWithAnother();
        askForWhatIsNotThere();
        handBack();
        loseTheWorker();
        loseTheAnswerOfAClaim();
        loseTooManyWorkers();
        waitForChildren();
        cancelInEveryState();
        startLater();
        takeOver();
        addAPhase();
        runOutOfTime("phase");
        runOutOfTime("run");
        runOutOfTime("task");
        store.recovery().sweep(100);
        resume();
        reopenWhatEndedBadly();
    }

    @AfterAll
    void close() {
        tested.close();
    }

    @Test
    void tasks_change_exactly_as_declared() {
        assertThat(changes("task")).isEqualTo(declared("task", TaskLifecycle.TABLE, TaskState::wire));
    }

    @Test
    void phases_change_exactly_as_declared() {
        assertThat(changes("phase")).isEqualTo(declared("phase", StageLifecycle.PHASE, StageState::wire));
    }

    @Test
    void runs_change_exactly_as_declared() {
        assertThat(changes("run")).isEqualTo(declared("run", StageLifecycle.RUN, StageState::wire));
    }

    @Test
    void a_task_begins_pending_or_queued_and_phases_and_runs_pending_or_running() {
        assertThat(seen(s -> s.from().equals(TransitionRecorder.NEW)))
                .containsExactlyInAnyOrder(
                        new Seen("task", TransitionRecorder.NEW, TaskState.PENDING.wire()),
                        new Seen("task", TransitionRecorder.NEW, TaskState.QUEUED.wire()),
                        new Seen("phase", TransitionRecorder.NEW, StageState.PENDING.wire()),
                        new Seen("phase", TransitionRecorder.NEW, StageState.RUNNING.wire()),
                        new Seen("run", TransitionRecorder.NEW, StageState.PENDING.wire()),
                        new Seen("run", TransitionRecorder.NEW, StageState.RUNNING.wire()));
    }

    @Test
    void no_task_loses_its_live_row_without_an_outcome() {
        assertThat(recorder.strays()).isEmpty();
    }

    private Set<Seen> changes(String what) {
        return seen(s -> s.what().equals(what) && !s.from().equals(TransitionRecorder.NEW));
    }

    private Set<Seen> seen(Predicate<Seen> which) {
        return recorder.seen().stream().filter(which).collect(Collectors.toCollection(TreeSet::new));
    }

    private static <S extends Enum<S>, E extends Enum<E>> Set<Seen> declared(
            String what, Lifecycle<S, E> lifecycle, Function<S, String> wire) {
        return lifecycle.transitions().stream()
                .map(t -> new Seen(what, wire.apply(t.from()), wire.apply(t.to())))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void succeedInPlaces() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']}]}");
        List<ClaimedTask> two = f.claim(f.worker(), run.ready().tickets());
        List<Ticket> third = f.complete(two.get(0), Json.NULL).ready().tickets();
        f.complete(two.get(1), Json.NULL);
        f.complete(f.claim(f.worker(), third).getFirst(), Json.NULL);
        ends(run, StageState.COMPLETED);
    }

    private void failAndTryAgain() {
        Submission run = f.submit(ONE_TASK);
        f.retry(f.claimOne(f.worker(), run), Duration.ZERO);
        List<Ticket> woken = store.timers().fireDue(100).ready().tickets();
        f.complete(f.claim(f.worker(), woken).getFirst(), Json.NULL);
        ends(run, StageState.COMPLETED);
    }

    private void cancelTheRetry() {
        Submission run = f.submit(ONE_TASK);
        long timer = store.timers().scheduleRetry(f.claimOne(f.worker(), run).hold(), Duration.ofHours(1));
        assertThat(store.timers().cancel(timer).cancelled()).isTrue();
        ends(run, StageState.FAILED);
    }

    private void failForGood() {
        Submission run = f.submit(
                "{'name':'t','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']},{'phase':'Q','agents':['D']}]}");
        List<ClaimedTask> two = f.claim(f.worker(), run.ready().tickets());
        f.fail(two.get(0), "no way");
        store.recovery().sweep(100);
        f.complete(two.get(1), Json.NULL);
        ends(run, StageState.FAILED);
    }

    private void missARubric() {
        Submission run =
                f.submit("{'name':'t','phases':[{'phase':'P','agents':['A'],'rubrics':{'coverage_min':0.9}}]}");
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        ends(run, StageState.FAILED);
    }

    private void holdAndDecide() {
        for (Decision decision : Decision.values()) {
            decide(held(""), decision);
        }
    }

    private Submission held(String more) {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','agents':['A'],'rubrics':{'coverage_min':0.9},"
                + "'onRubricMiss':'hold'" + more + "}]}");
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        assertThat(f.view(run).phases().getFirst().state()).isEqualTo(StageState.HOLDING);
        return run;
    }

    private void decide(Submission run, Decision decision) {
        store.heldPhases().decide(new HeldPhases.Request(run.runId(), "P", decision, "me", Optional.empty()));
    }

    private void holdAndEndOtherwise() {
        Submission cancelled = held("");
        store.runs().cancel(cancelled.runId(), "enough");
        ends(cancelled, StageState.CANCELLED);
        Submission late = held(",'timebox':'PT1H'");
        TestServers.execute(
                url,
                "UPDATE timers SET fire_at = clock_timestamp() WHERE state = 'pending' AND kind = 'phase_timeout'");
        store.timers().fireDue(100);
        ends(late, StageState.TIMED_OUT);
    }

    private void goOnWithAnother() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','agents':[{'agent':'A','fallback':'B'}]}]}");
        List<Ticket> again =
                f.fail(f.claimOne(f.worker(), run), "no way").ready().tickets();
        f.complete(f.claim(f.worker(), again).getFirst(), Json.NULL);
        ends(run, StageState.COMPLETED);
    }

    private void askForWhatIsNotThere() {
        ends(
                f.submit(
                        "{'name':'t','phases':[{'phase':'P','agents':[{'agent':'A','shard':{'over':'x','size':2}}]}]}"),
                StageState.FAILED);
    }

    private void handBack() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.report(task.hold(), new Outcome.HandedBack("stopping", Duration.ZERO));
        String leaving = f.worker();
        store.tasks().claim(leaving, List.of(task.hold().taskId()));
        store.leases().release(leaving);
        stands(task, TaskState.QUEUED);
    }

    private void loseTheWorker() {
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, f.submit(ONE_TASK));
        store.recovery().takeAway(List.of(worker), 5);
        stands(task, TaskState.QUEUED);
    }

    private void loseTheAnswerOfAClaim() {
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, f.submit(ONE_TASK));
        store.tasks().disown(worker, List.of());
        stands(task, TaskState.QUEUED);
    }

    private void loseTooManyWorkers() {
        String worker = f.worker();
        Submission run = f.submit(ONE_TASK);
        f.claimOne(worker, run);
        Recovery.Round round = store.recovery().takeAway(List.of(worker), 1);
        assertThat(round.buried()).isEqualTo(1);
        ends(run, StageState.FAILED);
    }

    private void waitForChildren() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        ClaimedTask child = child(parent);
        f.report(parent.hold(), new Outcome.Awaiting());
        List<Ticket> woken = f.complete(child, Json.NULL).ready().tickets();
        f.complete(f.claim(f.worker(), woken).getFirst(), Json.NULL);
        ends(run, StageState.COMPLETED);
    }

    private ClaimedTask child(ClaimedTask parent) {
        ChildSpec spec = new ChildSpec("one", "agent", "A", Json.EMPTY_OBJECT);
        List<Ticket> tickets =
                store.children().submit(parent.hold(), spec).ready().tickets();
        return f.claim(f.worker(), tickets).getFirst();
    }

    private void cancelInEveryState() {
        Submission run = oneTaskInEachState("", "", "");
        store.runs().cancel(run.runId(), "enough");
        ends(run, StageState.CANCELLED);
    }

    private void startLater() {
        Submission run = store.runs()
                .submit(StoreFixture.request(ONE_TASK).startingAt(new RunStart.In(Duration.ZERO.plusMillis(1))));
        await().until(() ->
                store.timers().fireDue(100).fired() > 0 || f.view(run).state() == StageState.RUNNING);
        Submission never =
                store.runs().submit(StoreFixture.request(ONE_TASK).startingAt(new RunStart.In(Duration.ofDays(1))));
        store.runs().cancel(never.runId(), "not any more");
        ends(never, StageState.CANCELLED);
    }

    private void addAPhase() {
        AddedPhase first = store.runs().add(addition("a", "{\"phase\":\"A\",\"agents\":[\"X\"]}"));
        f.complete(f.claim(f.worker(), first.ready().tickets()).getFirst(), Json.NULL);
        store.runs().add(addition("b", "{\"phase\":\"B\",\"agents\":[\"Y\"]}"));
    }

    private static PhaseAddition addition(String key, String phase) {
        return new PhaseAddition("added", key, Json.parse(phase), Json.EMPTY_OBJECT, Optional.empty());
    }

    private void takeOver() {
        String plan = "{'name':'t','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']}]}";
        Submission first = f.submit(plan);
        f.complete(f.claimOne(f.worker(), first), Json.NULL);
        store.runs().submit(StoreFixture.request(plan).takingOver(new TakeOver(first.runId(), "Q")));
    }

    private void resume() {
        List<RunView.Task> tasks =
                f.view(oneTaskInEachState("", "", "")).phases().getFirst().tasks();
        for (RunView.Task task : tasks) {
            if (task.state() != TaskState.PENDING) {
                store.reopening().resume(task.id(), OptionalLong.empty());
                assertThat(f.task(task.id()).state()).isEqualTo(TaskState.QUEUED);
            }
        }
    }

    private void reopenWhatEndedBadly() {
        for (RunView run : store.runs().list(100)) {
            if (run.state().isFinal() && run.state() != StageState.COMPLETED) {
                store.reopening().retry(run.id());
            }
        }
    }

    /** Makes the timebox of a run, a phase or the tasks end now. */
    private void runOutOfTime(String scope) {
        String timebox = ",'timebox':'PT1H'";
        Submission run = oneTaskInEachState(
                scope.equals("run") ? timebox : "",
                scope.equals("phase") ? timebox : "",
                scope.equals("task") ? timebox : "");
        TestServers.execute(
                url,
                "UPDATE timers SET fire_at = clock_timestamp() WHERE state = 'pending' AND kind = '" + scope
                        + "_timeout'");
        assertThat(store.timers().fireDue(100).fired()).isPositive();
        store.recovery().sweep(100);
        ends(run, scope.equals("task") ? StageState.FAILED : StageState.TIMED_OUT);
    }

    /** One task runs, one waits for its retry, one for its child, one is queued, one pends; a second phase has not begun. */
    private Submission oneTaskInEachState(String ofRun, String ofPhase, String ofTask) {
        String agents = IntStream.range(0, 5)
                .mapToObj(i -> "{'agent':'A','as':'A" + i + "'" + ofTask + "}")
                .collect(Collectors.joining(","));
        Submission run = f.submit(
                "{'name':'t'%s,'phases':[{'phase':'P','parallelism':4,'agents':[%s]%s},{'phase':'Q','agents':['B']}]}"
                        .formatted(ofRun, agents, ofPhase));
        List<Ticket> tickets = run.ready().tickets();
        List<ClaimedTask> claimed = f.claim(f.worker(), tickets.subList(0, 3));
        f.retry(claimed.get(1), Duration.ofHours(2));
        child(claimed.get(2));
        f.report(claimed.get(2).hold(), new Outcome.Awaiting());
        assertThat(f.view(run).phases().getFirst().tasks())
                .extracting(RunView.Task::state)
                .containsExactlyInAnyOrder(
                        TaskState.RUNNING,
                        TaskState.RETRYING,
                        TaskState.WAITING,
                        TaskState.RUNNING,
                        TaskState.QUEUED,
                        TaskState.PENDING);
        return run;
    }

    private void ends(Submission run, StageState state) {
        assertThat(f.view(run).state()).isEqualTo(state);
    }

    private void stands(ClaimedTask task, TaskState state) {
        assertThat(f.task(task.hold().taskId()).state()).isEqualTo(state);
    }
}
