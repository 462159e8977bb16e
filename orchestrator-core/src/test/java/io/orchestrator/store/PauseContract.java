package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.LeaseStore.Trusted;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** While a run is paused its timeboxes stand still, and what it holds may be called back. */
public abstract class PauseContract extends StoreContract {
    private static final Duration LONG = Duration.ofHours(100);

    /** The run has ten hours, the phase two, each task one. */
    private static final String LIMITED =
            "{'name':'p','timebox':'PT10H','phases':[{'phase':'P','timebox':'PT2H','parallelism':2,'agents':["
                    + "{'agent':'A','timebox':'PT1H'},{'agent':'B'}]}]}";

    private void pause(Submission run) {
        assertThat(store.gates().close(Gate.ofRun(run.runId()), Closing.because("a test")))
                .isTrue();
    }

    private List<Ticket> resume(Submission run) {
        Gates.Opened opened = store.gates().open(Gate.ofRun(run.runId()));
        assertThat(opened.wasClosed()).isTrue();
        assertThat(opened.ready().timersChanged()).isTrue();
        return opened.ready().tickets();
    }

    private int firedAfter(Duration time) {
        store.advance(time);
        return store.timers().fireDue(100).fired();
    }

    @Test
    void no_timebox_ends_while_the_run_is_paused() {
        Submission run = f.submit(LIMITED);
        f.claimAll(run);
        pause(run);
        assertThat(firedAfter(LONG)).isZero();
        assertThat(store.timers().untilNext(Set.of())).isEmpty();
        assertThat(f.tasksByName(run).values()).extracting(RunView.Task::state).containsOnly(TaskState.RUNNING);
    }

    @Test
    void after_a_pause_every_timebox_has_what_was_left_of_it() {
        Submission run = f.submit(LIMITED);
        store.advance(Duration.ofMinutes(30));
        pause(run);
        store.advance(LONG);
        assertThat(f.claim(f.worker(), resume(run))).hasSize(2);

        assertThat(firedAfter(Duration.ofMinutes(29))).isZero();
        assertThat(firedAfter(Duration.ofMinutes(2))).isEqualTo(1);
        assertThat(f.tasksByName(run).get("A").state()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(firedAfter(Duration.ofMinutes(58))).isEqualTo(1);
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        firedAfter(Duration.ofMinutes(2));
        assertThat(f.view(run).state()).isNotEqualTo(StageState.RUNNING);
    }

    @Test
    void a_task_may_start_after_a_pause_that_was_longer_than_its_time() {
        Submission run = f.submit(LIMITED);
        pause(run);
        store.advance(LONG);
        List<ClaimedTask> claimed = f.claim(f.worker(), resume(run));
        assertThat(claimed)
                .hasSize(2)
                .allSatisfy(task -> assertThat(task.deadline()).isPresent());
        assertThat(f.view(run).deadline()).isPresent();
    }

    @Test
    void what_a_paused_run_begins_stands_still_from_then_on() {
        Submission run = f.submit("{'name':'p','phases':[{'phase':'P','agents':['A']},"
                + "{'phase':'Q','needs':['P'],'timebox':'PT1H','agents':['B']}]}");
        ClaimedTask first = f.claimOne(f.worker(), run);
        pause(run);
        store.advance(LONG);
        f.complete(first, Json.NULL);
        assertThat(firedAfter(LONG)).isZero();
        assertThat(f.claim(f.worker(), resume(run))).hasSize(1);
        assertThat(firedAfter(Duration.ofMinutes(53))).isZero();
        assertThat(firedAfter(Duration.ofMinutes(2))).isEqualTo(1);
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        assertThat(firedAfter(Duration.ofMinutes(6))).isEqualTo(1);
        assertThat(f.view(run).state()).isEqualTo(StageState.TIMED_OUT);
    }

    @Test
    void a_second_pause_counts_only_itself() {
        Submission run = f.submit(LIMITED);
        for (int i = 0; i < 2; i++) {
            pause(run);
            store.advance(LONG);
            resume(run);
            assertThat(firedAfter(Duration.ofMinutes(20))).isZero();
        }
        assertThat(firedAfter(Duration.ofMinutes(21))).isEqualTo(1);
    }

    @Test
    void whoever_was_asked_to_wrap_up_has_the_rest_of_the_time_after_the_pause() {
        Submission run = f.submit("{'name':'p','phases':[{'phase':'P','timebox':'PT1H','agents':['A']}]}");
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        assertThat(firedAfter(Duration.ofMinutes(55))).isEqualTo(1);
        Trusted before = trusted(worker, task);
        pause(run);
        store.advance(LONG);
        resume(run);
        Trusted after = trusted(worker, task);
        assertThat(after.wrapUpBy()).isPresent();
        assertThat(after.wrapUpBy()).isNotEqualTo(before.wrapUpBy());
        assertThat(firedAfter(Duration.ofMinutes(4))).isZero();
        assertThat(firedAfter(Duration.ofMinutes(2))).isEqualTo(1);
        assertThat(f.view(run).state()).isEqualTo(StageState.TIMED_OUT);
    }

    @Test
    void a_retry_comes_due_while_its_run_is_paused_and_starts_afterwards() {
        Submission run = f.submit(ONE_TASK);
        f.retry(f.claimOne(f.worker(), run), Duration.ofHours(1));
        pause(run);
        assertThat(firedAfter(Duration.ofHours(2))).isEqualTo(1);
        assertThat(store.tasks().claimNext(f.worker(), 1)).isEmpty();
        assertThat(f.claim(f.worker(), resume(run))).hasSize(1);
    }

    @Test
    void other_runs_go_on_by_the_clock() {
        pause(f.submit(LIMITED));
        Submission other = f.submit("{'name':'p','phases':[{'phase':'P','timebox':'PT1H','agents':['A']}]}");
        firedAfter(Duration.ofHours(2));
        assertThat(f.view(other).state()).isEqualTo(StageState.TIMED_OUT);
    }

    @Test
    void holders_are_called_back_only_where_that_was_asked_for_and_no_attempt_is_used_up() {
        Submission run = f.submit(ONE_TASK);
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        pause(run);
        assertThat(trusted(worker, task).recalled()).isFalse();
        store.gates().close(Gate.ofRun(run.runId()), Closing.because("now").recallingTasks());
        assertThat(trusted(worker, task).recalled()).isTrue();

        f.handBack(task, Duration.ZERO);
        assertThat(store.tasks().claimNext(f.worker(), 1)).isEmpty();
        ClaimedTask again = f.claim(f.worker(), resume(run)).getFirst();
        assertThat(again.attempt()).isEqualTo(task.attempt());
        assertThat(again.hold().epoch()).isGreaterThan(task.hold().epoch());
    }

    @Test
    void a_view_tells_since_when_a_run_is_paused_and_why() {
        Submission run = f.submit(ONE_TASK);
        assertThat(f.view(run).paused()).isEmpty();
        pause(run);
        Gates.Closed gate = store.gates().closed().getFirst();
        assertThat(f.view(run).paused()).contains(new RunView.Paused(gate.closedAt(), "a test"));
        resume(run);
        assertThat(f.view(run).paused()).isEmpty();
    }

    private Trusted trusted(String worker, ClaimedTask task) {
        return store.leases()
                .renew(worker, LONG.multipliedBy(4), List.of(task.hold()))
                .trusted()
                .getFirst();
    }
}
