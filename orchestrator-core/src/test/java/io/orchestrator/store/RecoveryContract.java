package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.LEASE;
import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static io.orchestrator.store.StoreFixture.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leases and what becomes of the work of those who lose them. */
public abstract class RecoveryContract extends StoreContract {
    /** Less than half a lease, so that the reapers do not think that they were away. */
    private static final Duration A_MOMENT = LEASE.multipliedBy(2).dividedBy(5);

    private Recovery.Round reap() {
        return store.recovery().reap(LEASE, 5, 10);
    }

    private Recovery.Round reapAfterAMoment() {
        store.advance(A_MOMENT);
        return reap();
    }

    @Test
    void an_expired_lease_is_taken_away_and_its_tasks_run_elsewhere() {
        reap();
        Submission run = f.submit(ONE_TASK);
        String worker = f.worker(A_MOMENT.plusMinutes(5));
        ClaimedTask lost = f.claimOne(worker, run);
        assertThat(reapAfterAMoment().lost()).isEmpty();
        Recovery.Round round = reapAfterAMoment();
        assertThat(round.lost()).containsExactly(worker);
        assertThat(round.requeued()).isEqualTo(1);
        assertThat(store.leases().renew(worker, LEASE, List.of(lost.hold())).alive())
                .isFalse();
        ClaimedTask again = f.claim(f.worker(), round.ready().tickets()).getFirst();
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(f.eventKinds(run)).contains("task.reclaimed");
    }

    @Test
    void a_lease_that_is_renewed_stays_and_one_that_ran_out_but_stands_may_be_renewed() {
        reap();
        String worker = f.worker(A_MOMENT.plusMinutes(5));
        for (int i = 0; i < 5; i++) {
            store.advance(A_MOMENT);
            assertThat(store.leases()
                            .renew(worker, A_MOMENT.plusMinutes(5), List.of())
                            .alive())
                    .isTrue();
            assertThat(reap().lost()).isEmpty();
        }
        store.advance(A_MOMENT.plusSeconds(330));
        assertThat(store.leases().renew(worker, LEASE, List.of()).alive()).isTrue();
        assertThat(reap().lost()).isEmpty();
    }

    @Test
    void no_more_workers_are_declared_lost_in_a_round_than_asked_for_and_the_longest_silent_first() {
        reap();
        String second = f.worker(Duration.ofSeconds(2));
        String first = f.worker(Duration.ofSeconds(1));
        store.advance(A_MOMENT);
        assertThat(store.recovery().reap(LEASE, 5, 1).lost()).containsExactly(first);
        assertThat(store.recovery().reap(LEASE, 5, 1).lost()).containsExactly(second);
    }

    @Test
    void after_an_outage_of_the_reapers_leases_are_credited_once_and_none_is_taken() {
        assertThat(reap().credited()).isZero();
        Submission run = f.submit(ONE_TASK);
        String worker = f.worker(Duration.ofSeconds(1));
        ClaimedTask task = f.claimOne(worker, run);
        store.advance(LEASE.multipliedBy(2));
        Recovery.Round round = reap();
        assertThat(round.credited()).isEqualTo(1);
        assertThat(round.lost()).isEmpty();
        assertThat(reapAfterAMoment().lost()).isEmpty();
        assertThat(reapAfterAMoment().lost()).isEmpty();
        assertThat(f.complete(task, Json.NULL).accepted()).hasSize(1);
        assertThat(reapAfterAMoment().lost()).containsExactly(worker);
    }

    @Test
    void a_lease_that_ends_farther_ahead_than_any_can_is_cut_to_a_lease() {
        reap();
        String worker = f.worker(LEASE.multipliedBy(5));
        reapAfterAMoment();
        assertThat(reapAfterAMoment().lost()).isEmpty();
        assertThat(reapAfterAMoment().lost()).isEmpty();
        assertThat(reapAfterAMoment().lost()).containsExactly(worker);
    }

    @Test
    void a_task_that_takes_its_workers_down_ends_as_dead_after_the_set_number_of_claims() {
        Submission run = f.submit(ONE_TASK);
        String taskId = StoreFixture.firstTask(run);
        for (int claim = 1; claim <= 3; claim++) {
            String worker = f.worker();
            Hold hold = store.tasks().claim(worker, List.of(taskId)).getFirst().hold();
            store.tasks().heartbeat(List.of(new Heartbeat(hold, -1, "", usage(claim))));
            Recovery.Round round = store.recovery().takeAway(List.of(worker), 3);
            assertThat(round.lost()).containsExactly(worker);
            assertThat(round.buried()).isEqualTo(claim == 3 ? 1 : 0);
            assertThat(round.requeued()).isEqualTo(claim == 3 ? 0 : 1);
        }
        RunView.Task dead = f.task(taskId);
        assertThat(dead.state()).isEqualTo(TaskState.DEAD);
        assertThat(dead.error().orElseThrow()).contains("3 times");
        assertThat(dead.usage().tokens()).isEqualTo(3);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void a_checkpoint_or_a_step_starts_the_count_of_claims_anew() {
        Submission run = f.submit(ONE_TASK);
        String taskId = StoreFixture.firstTask(run);
        for (int claim = 1; claim <= 6; claim++) {
            String worker = f.worker();
            Hold hold = store.tasks().claim(worker, List.of(taskId)).getFirst().hold();
            if (claim % 2 == 0) {
                store.checkpoints().save(hold, "step-" + claim, Json.of(claim), 5);
            } else {
                store.checkpoints().saveStep(hold, "step", Json.of(claim));
            }
            assertThat(store.recovery().takeAway(List.of(worker), 2).buried()).isZero();
        }
        assertThat(f.task(taskId).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void giving_back_uses_up_no_attempt_and_is_no_claim_without_progress() {
        Submission run = f.submit(ONE_TASK);
        for (int i = 0; i < 4; i++) {
            String worker = f.worker();
            ClaimedTask task = f.claimOne(worker, run);
            assertThat(task.attempt()).isEqualTo(1);
            assertThat(f.handBack(task, Duration.ZERO).ready().tickets())
                    .isEqualTo(run.ready().tickets());
        }
        String last = f.worker();
        f.claimOne(last, run);
        assertThat(store.recovery().takeAway(List.of(last), 2).requeued()).isEqualTo(1);
    }

    @Test
    void what_a_worker_still_held_when_it_said_goodbye_is_given_back_without_using_up_an_attempt() {
        Submission run = f.submit(ONE_TASK);
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        assertThat(store.leases().release(worker).tickets())
                .isEqualTo(run.ready().tickets());
        assertThat(f.complete(task, Json.NULL).accepted()).isEmpty();
        assertThat(f.claimOne(f.worker(), run).attempt()).isEqualTo(1);
        assertThat(f.eventKinds(run)).contains("task.handed_back");
        assertThat(store.leases().renew(worker, LEASE, List.of()).alive()).isFalse();
        assertThat(f.claim(worker, run.ready().tickets())).isEmpty();
        assertThat(store.leases().release(worker)).isEqualTo(Ready.NOTHING);
    }

    @Test
    void a_claim_whose_answer_was_lost_is_given_back_under_a_new_epoch() {
        Submission run = f.submit("{'name':'d','phases':[{'phase':'P','parallelism':2,'agents':['A','B']}]}");
        String worker = f.worker();
        List<ClaimedTask> both = f.claim(worker, run.ready().tickets());
        Hold known = both.getFirst().hold();
        Hold unknown = both.getLast().hold();
        assertThat(store.tasks().disown(worker, List.of(known)).tickets())
                .extracting(t -> t.taskId())
                .containsExactly(unknown.taskId());
        ClaimedTask again = f.claim(worker, run.ready().tickets()).getFirst();
        assertThat(again.hold().epoch()).isGreaterThan(unknown.epoch());
        assertThat(store.tasks().disown(worker, List.of(known, again.hold())).tickets())
                .isEmpty();
        assertThat(store.tasks().disown("worker-other", List.of()).tickets()).isEmpty();
    }

    @Test
    void workers_of_a_host_and_boot_are_those_that_have_not_said_goodbye() {
        WorkerInfo stays = f.info("h", "b");
        WorkerInfo drains = f.info("h", "b");
        WorkerInfo stops = f.info("h", "b");
        WorkerInfo lost = f.info("h", "b");
        for (WorkerInfo worker : List.of(stays, drains, stops, lost, f.info("h", "other"), f.info("other", "b"))) {
            store.leases().register(worker, LEASE);
        }
        store.leases().drain(drains.id());
        store.leases().release(stops.id());
        store.recovery().takeAway(List.of(lost.id()), 5);
        assertThat(store.recovery().workersOn("h", "b")).containsExactlyInAnyOrder(stays, drains);
    }

    @Test
    void a_sweep_ends_what_has_not_started_of_a_phase_that_fails_and_lets_the_rest_finish() {
        Submission run = f.submit("{'name':'s','phases':[{'phase':'P','parallelism':3,'agents':['A','B','C','D']}]}");
        Named<ClaimedTask> three = f.claimAll(run);
        f.retry(three.get("A"), Duration.ofHours(1));
        f.fail(three.get("B"), "no way");
        assertThat(store.recovery().sweep(10)).isEqualTo(Ready.NOTHING);
        assertThat(f.tasksByName(run).values())
                .extracting(RunView.Task::state)
                .containsExactly(TaskState.CANCELLED, TaskState.FAILED, TaskState.RUNNING, TaskState.CANCELLED);
        assertThat(store.timers().stats().pending()).isZero();
        f.complete(three.get("C"), Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void a_failure_ends_what_runs_beside_it_in_other_phases_only_when_that_is_done() {
        Submission run = f.submit("""
                {'name':'s','phases':[{'phase':'P','agents':['A']},{'phase':'Q','needs':[],'agents':['B','C']},
                  {'phase':'R','needs':['P'],'agents':['D']}]}
                """);
        Named<ClaimedTask> both = f.claimAll(run);
        f.fail(both.get("A"), "no way");
        store.recovery().sweep(10);
        assertThat(f.phases(run).get("R").state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.tasksByName(run).get("B").state()).isEqualTo(TaskState.RUNNING);
        assertThat(f.complete(both.get("B"), Json.of("kept")).accepted()).hasSize(1);
        assertThat(f.tasksByName(run).names()).containsExactly("A", "B");
        assertThat(f.phases(run).get("Q").state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void a_sweep_leaves_healthy_runs_alone() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        assertThat(store.recovery().sweep(10)).isEqualTo(Ready.NOTHING);
        assertThat(f.complete(task, Json.NULL).accepted()).hasSize(1);
        assertThat(store.recovery().sweep(10)).isEqualTo(Ready.NOTHING);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }
}
