package io.orchestrator.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can go wrong on the way to the store, and that the twin is the same every time. */
class FaultsTest {
    private String strikes = "";
    private Faults.Moment at = Faults.Moment.BEFORE_COMMIT;
    private final InMemoryStoreUnderTest store = new InMemoryStoreUnderTest(this::strike, 1);
    private final StoreFixture f = new StoreFixture(store);

    private void strike(String operation, Faults.Moment moment) {
        if (operation.equals(strikes) && moment == at) {
            throw Faults.unavailable(operation, moment);
        }
    }

    private void strike(String operation, Faults.Moment moment, Runnable action) {
        strikes = operation;
        at = moment;
        assertThatThrownBy(action::run).isInstanceOf(StoreUnavailable.class).hasMessageContaining(operation);
        strikes = "";
    }

    @Test
    void a_lost_request_changes_nothing() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        String before = store.store.dump();
        strike("tasks.report", Faults.Moment.BEFORE_COMMIT, () -> f.complete(task, Json.of(1)));
        assertThat(store.store.dump()).isEqualTo(before);
        assertThat(f.complete(task, Json.of(1)).accepted()).hasSize(1);
    }

    @Test
    void a_lost_answer_leaves_everything_applied_and_the_same_report_is_no_refusal() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        strike("tasks.report", Faults.Moment.AFTER_COMMIT, () -> f.complete(task, Json.of(1)));
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
        assertThat(f.complete(task, Json.of(2)).accepted()).containsExactly(task.hold());
        assertThat(f.task(task).output()).contains(Json.of(1));
    }

    @Test
    void what_is_decided_but_not_carried_out_is_carried_out_by_the_next_sweep() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        strike("sweep", Faults.Moment.BEFORE_COMMIT, () -> store.runs().cancel(run.runId(), "enough"));
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        assertThat(f.task(task).state()).isEqualTo(TaskState.RUNNING);
        store.recovery().sweep(10);
        assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.task(task).state()).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void a_phase_whose_timebox_fired_is_ended_by_the_next_sweep_when_the_firing_service_dies() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','timebox':'PT1H','agents':['A']}]}");
        store.advance(Duration.ofHours(2));
        strike("sweep", Faults.Moment.BEFORE_COMMIT, () -> store.timers().fireDue(10));
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        store.recovery().sweep(10);
        assertThat(f.view(run).state()).isEqualTo(StageState.TIMED_OUT);
    }

    @Test
    void a_claim_whose_answer_was_lost_is_held_until_the_worker_disowns_it() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String worker = f.worker();
        strike("tasks.claim", Faults.Moment.AFTER_COMMIT, () -> f.claimOne(worker, run));
        assertThat(f.claim(worker, run.ready().tickets())).isEmpty();
        assertThat(store.tasks().disown(worker, List.of()).tickets())
                .isEqualTo(run.ready().tickets());
    }

    @Test
    void a_store_that_is_away_answers_nobody_and_has_everything_when_it_is_back() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String before = store.store.dump();
        store.store.goAway();
        assertThat(store.store.answers()).isFalse();
        assertThatThrownBy(() -> f.view(run)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(f::worker).isInstanceOf(StoreUnavailable.class);
        assertThat(store.store.dump()).isEqualTo(before);
        store.store.comeBack();
        assertThat(store.store.answers()).isTrue();
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
    }

    @Test
    void the_same_calls_leave_the_same_state() {
        assertThat(storyOf(1)).isEqualTo(storyOf(1)).isNotEqualTo(storyOf(2));
    }

    private static String storyOf(long seed) {
        InMemoryStoreUnderTest store = new InMemoryStoreUnderTest(Faults.NONE, seed);
        StoreFixture f = new StoreFixture(store);
        Submission run = f.submit("""
                {'name':'s','timebox':'PT9H','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']}]}
                """);
        var worker = new WorkerInfo("worker-1", "h", "b", 1, "then", 2, "test");
        store.leases().register(worker, Duration.ofHours(9));
        List<ClaimedTask> two = f.claim("worker-1", run.ready().tickets());
        store.checkpoints().save(two.getFirst().hold(), "half", Json.of(0.5), 3);
        f.retry(two.getFirst(), Duration.ofSeconds(5));
        f.complete(two.getLast(), Json.object("b", 1, "a", 2));
        store.advance(Duration.ofMinutes(1));
        store.timers().fireDue(10);
        store.timers().schedule("later", Json.NULL, Duration.ofHours(1));
        assertThat(store.store.dump())
                .contains("run |", "phase |", "task |", "event |", "worker |", "timer |", "checkpoint |");
        return store.store.snapshotHash();
    }

    @Test
    void a_ticket_that_was_just_sent_is_not_due_before_it_should_have_arrived() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        store.advance(Dispatch.GRACE.minusMillis(1));
        assertThat(store.dispatch().due(10, Duration.ofMinutes(1))).isEmpty();
        store.advance(Duration.ofMillis(1));
        assertThat(store.dispatch().due(10, Duration.ofMinutes(1)))
                .isEqualTo(run.ready().tickets());
    }
}
