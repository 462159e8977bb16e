package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TaskStore.Heartbeat;
import io.orchestrator.testing.servers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever holds an older epoch is no longer believed: every write of an attempt that lost its task is refused. */
class FencingIT {
    private static final String PLAN = "{'name':'f','phases':[{'phase':'P','agents':['A']}]}";

    private final StoreFixture f = new StoreFixture();

    @AfterEach
    void close() {
        f.close();
    }

    /** Takes a worker's lease away and lets another one claim its task; returns the two claims. */
    private List<ClaimedTask> zombieAndHolder() {
        Submission run = f.submit(PLAN);
        String dead = f.worker();
        ClaimedTask zombie = f.claimOne(dead, run);
        Recovery.Round round = f.store.recovery().takeAway(List.of(dead), 5);
        assertThat(round.requeued()).isEqualTo(1);
        ClaimedTask holder = f.claim(f.worker(), round.ready().tickets()).getFirst();
        assertThat(holder.hold().epoch()).isGreaterThan(zombie.hold().epoch());
        return List.of(zombie, holder);
    }

    @Test
    void a_zombies_completion_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        assertThat(f.complete(both.get(0), Json.of("stale")).accepted()).isEmpty();
        assertThat(f.complete(both.get(1), Json.of("true")).accepted()).hasSize(1);
        assertThat(f.task(both.get(0).hold().taskId()).output()).contains(Json.of("true"));
    }

    @Test
    void a_zombies_failure_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        assertThat(f.fail(both.get(0), "stale").accepted()).isEmpty();
        assertThat(f.retry(both.get(0), Duration.ZERO).accepted()).isEmpty();
        assertThat(f.task(both.get(0).hold().taskId()).state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void a_zombies_hand_back_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        assertThat(f.report(both.get(0).hold(), new Outcome.HandedBack("stale", Duration.ZERO))
                        .accepted())
                .isEmpty();
        assertThat(f.task(both.get(0).hold().taskId()).state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void a_zombies_checkpoint_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        f.store.checkpoints().save(both.get(1).hold(), "good", Json.of(1), 5);
        assertThatThrownBy(() -> f.store.checkpoints().save(both.get(0).hold(), "stale", Json.of(2), 5))
                .isInstanceOf(AttemptRevoked.class);
        assertThat(f.store.checkpoints().load(both.get(0).hold().taskId()).map(Checkpoint::token))
                .contains("good");
    }

    @Test
    void a_zombies_step_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        assertThatThrownBy(() -> f.store.checkpoints().saveStep(both.get(0).hold(), "s", Json.of(1)))
                .isInstanceOf(AttemptRevoked.class);
        assertThat(f.store.checkpoints().saveStep(both.get(1).hold(), "s", Json.of(2)))
                .isEqualTo(Json.of(2));
        assertThat(f.store.checkpoints().saveStep(both.get(1).hold(), "s", Json.of(3)))
                .isEqualTo(Json.of(2));
    }

    @Test
    void a_zombies_heartbeat_and_usage_change_nothing() {
        List<ClaimedTask> both = zombieAndHolder();
        f.store
                .tasks()
                .heartbeat(List.of(
                        new Heartbeat(both.get(0).hold(), 0.9, "stale", new Usage(99, java.math.BigDecimal.TEN, 9))));
        assertThat(f.task(both.get(0).hold().taskId()).progress()).isEmpty();
        assertThat(f.task(both.get(0).hold().taskId()).usage().isNone()).isTrue();
    }

    @Test
    void a_renewal_says_which_attempts_still_count() {
        Submission run = f.submit(PLAN);
        String worker = f.worker();
        Hold held = f.claimOne(worker, run).hold();
        Hold lost = new Hold("task-nobody", 3);
        var renewal = f.store.leases().renew(worker, StoreFixture.LEASE, Set.of(held, lost));
        assertThat(renewal.alive()).isTrue();
        assertThat(renewal.trusted()).extracting(t -> t.hold()).containsExactly(held);
        f.store.recovery().takeAway(List.of(worker), 5);
        assertThat(f.store
                        .leases()
                        .renew(worker, StoreFixture.LEASE, Set.of(held))
                        .alive())
                .isFalse();
    }

    @Test
    void a_worker_without_a_lease_claims_nothing() {
        Submission run = f.submit(PLAN);
        String expired = f.worker(Duration.ofMillis(-1));
        assertThat(f.claim(expired, run.ready().tickets())).isEmpty();
        assertThat(f.claim("worker-unknown", run.ready().tickets())).isEmpty();
        assertThat(f.store.tasks().claimNext(expired, 5)).isEmpty();
        assertThat(f.claim(f.worker(), run.ready().tickets())).hasSize(1);
    }

    @Test
    void a_ticket_that_comes_twice_is_claimed_once() {
        Submission run = f.submit(PLAN);
        String worker = f.worker();
        String id = run.ready().tickets().getFirst().taskId();
        assertThat(f.store.tasks().claim(worker, List.of(id, id))).hasSize(1);
        assertThat(f.store.tasks().claim(f.worker(), List.of(id))).isEmpty();
        assertThat(f.store.tasks().claimNext(worker, 5)).isEmpty();
    }

    @Test
    void a_report_that_comes_again_after_a_lost_answer_is_no_refusal() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(PLAN));
        assertThat(f.complete(task, Json.of(1)).accepted()).containsExactly(task.hold());
        assertThat(f.complete(task, Json.of(1)).accepted()).containsExactly(task.hold());
    }

    @Test
    void an_expired_lease_is_taken_away_and_its_tasks_run_elsewhere() {
        f.store.recovery().reap(StoreFixture.LEASE, 5, 10);
        Submission run = f.submit(PLAN);
        String worker = f.worker();
        f.claimOne(worker, run);
        TestServers.execute(f.url, "UPDATE leases SET until = clock_timestamp() - interval '1 ms'");
        Recovery.Round round = f.store.recovery().reap(StoreFixture.LEASE, 5, 10);
        assertThat(round.lost()).containsExactly(worker);
        assertThat(f.claim(f.worker(), round.ready().tickets())).hasSize(1);
    }

    @Test
    void after_an_outage_of_the_reapers_leases_are_credited_once_and_none_is_taken() {
        f.store.recovery().reap(StoreFixture.LEASE, 5, 10);
        Submission run = f.submit(PLAN);
        f.claimOne(f.worker(), run);
        TestServers.execute(f.url, "UPDATE leases SET until = clock_timestamp() - interval '1 min'");
        TestServers.execute(f.url, "UPDATE rounds SET at = clock_timestamp() - interval '1 min'");
        Recovery.Round round = f.store.recovery().reap(StoreFixture.LEASE, 5, 10);
        assertThat(round.credited()).isEqualTo(1);
        assertThat(round.lost()).isEmpty();
        assertThat(f.store.recovery().reap(StoreFixture.LEASE, 5, 10).lost()).isEmpty();
    }

    @Test
    void a_task_that_takes_its_workers_down_ends_as_dead_after_the_set_number_of_claims() {
        Submission run = f.submit(PLAN);
        String taskId = run.ready().tickets().getFirst().taskId();
        for (int claim = 1; claim <= 3; claim++) {
            String worker = f.worker();
            assertThat(f.store.tasks().claim(worker, List.of(taskId))).hasSize(1);
            Recovery.Round round = f.store.recovery().takeAway(List.of(worker), 3);
            assertThat(round.buried()).isEqualTo(claim == 3 ? 1 : 0);
        }
        assertThat(f.task(taskId).state()).isEqualTo(TaskState.DEAD);
        assertThat(f.view(run.runId()).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void a_checkpoint_starts_the_count_of_claims_anew() {
        Submission run = f.submit(PLAN);
        String taskId = run.ready().tickets().getFirst().taskId();
        for (int claim = 1; claim <= 6; claim++) {
            String worker = f.worker();
            ClaimedTask task = f.store.tasks().claim(worker, List.of(taskId)).getFirst();
            f.store.checkpoints().save(task.hold(), "step-" + claim, Json.of(claim), 5);
            assertThat(f.store.recovery().takeAway(List.of(worker), 3).buried()).isZero();
        }
        assertThat(f.task(taskId).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void a_claim_whose_answer_was_lost_is_given_back() {
        Submission run = f.submit(PLAN);
        String worker = f.worker();
        f.claimOne(worker, run);
        assertThat(f.store.tasks().disown(worker, List.of()).tickets()).hasSize(1);
        ClaimedTask again = f.claimOne(worker, run);
        assertThat(f.store.tasks().disown(worker, List.of(again.hold())).tickets())
                .isEmpty();
    }
}
