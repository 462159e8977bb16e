package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whoever holds an older epoch is no longer believed: every write of an attempt that lost its task is refused. */
public abstract class FencingContract extends StoreContract {
    /** Takes a worker's lease away and lets another one claim its task; returns the two claims. */
    private List<ClaimedTask> zombieAndHolder() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String dead = f.worker();
        ClaimedTask zombie = f.claimOne(dead, run);
        Recovery.Round round = store.recovery().takeAway(List.of(dead), 5);
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
        assertThat(f.task(both.get(0)).output()).contains(Json.of("true"));
    }

    @Test
    void a_zombies_failure_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        assertThat(f.fail(both.get(0), "stale").accepted()).isEmpty();
        assertThat(f.retry(both.get(0), Duration.ZERO).accepted()).isEmpty();
        assertThat(f.task(both.get(0)).state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void a_zombies_hand_back_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        assertThat(f.report(both.get(0).hold(), new Outcome.HandedBack("stale", Duration.ZERO))
                        .accepted())
                .isEmpty();
        assertThat(f.task(both.get(0)).state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void a_zombies_checkpoint_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        store.checkpoints().save(both.get(1).hold(), "good", Json.of(1), 5);
        assertThatThrownBy(() -> store.checkpoints().save(both.get(0).hold(), "stale", Json.of(2), 5))
                .isInstanceOf(AttemptRevoked.class);
        assertThat(store.checkpoints().load(both.get(0).hold().taskId()).map(Checkpoint::token))
                .contains("good");
    }

    @Test
    void a_zombies_step_is_refused() {
        List<ClaimedTask> both = zombieAndHolder();
        assertThatThrownBy(() -> store.checkpoints().saveStep(both.get(0).hold(), "s", Json.of(1)))
                .isInstanceOf(AttemptRevoked.class);
        assertThat(store.checkpoints().saveStep(both.get(1).hold(), "s", Json.of(2)))
                .isEqualTo(Json.of(2));
        assertThat(store.checkpoints().saveStep(both.get(1).hold(), "s", Json.of(3)))
                .isEqualTo(Json.of(2));
    }

    @Test
    void a_zombie_is_told_so_even_where_the_step_is_stored_already() {
        List<ClaimedTask> both = zombieAndHolder();
        store.checkpoints().saveStep(both.get(1).hold(), "s", Json.of(1));
        assertThatThrownBy(() -> store.checkpoints().saveStep(both.get(0).hold(), "s", Json.of(2)))
                .isInstanceOf(AttemptRevoked.class);
    }

    @Test
    void a_zombies_heartbeat_and_usage_change_nothing() {
        List<ClaimedTask> both = zombieAndHolder();
        store.tasks()
                .heartbeat(List.of(
                        new Heartbeat(both.get(0).hold(), 0.9, "stale", new Usage(99, java.math.BigDecimal.TEN, 9))));
        assertThat(f.task(both.get(0)).progress()).isEmpty();
        assertThat(f.task(both.get(0)).usage().isNone()).isTrue();
    }

    @Test
    void a_renewal_says_which_attempts_still_count() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String worker = f.worker();
        Hold held = f.claimOne(worker, run).hold();
        Hold lost = new Hold("task-nobody", 3);
        var renewal = store.leases().renew(worker, StoreFixture.LEASE, Set.of(held, lost));
        assertThat(renewal.alive()).isTrue();
        assertThat(renewal.trusted()).extracting(t -> t.hold()).containsExactly(held);
        store.recovery().takeAway(List.of(worker), 5);
        assertThat(store.leases()
                        .renew(worker, StoreFixture.LEASE, Set.of(held))
                        .alive())
                .isFalse();
    }

    @Test
    void a_worker_without_a_lease_claims_nothing() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String expired = f.worker(Duration.ofMillis(-1));
        assertThat(f.claim(expired, run.ready().tickets())).isEmpty();
        assertThat(f.claim("worker-unknown", run.ready().tickets())).isEmpty();
        assertThat(store.tasks().claimNext(expired, 5)).isEmpty();
        assertThat(f.claim(f.worker(), run.ready().tickets())).hasSize(1);
    }

    @Test
    void a_ticket_that_comes_twice_is_claimed_once() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String worker = f.worker();
        String id = run.ready().tickets().getFirst().taskId();
        assertThat(store.tasks().claim(worker, List.of(id, id))).hasSize(1);
        assertThat(store.tasks().claim(f.worker(), List.of(id))).isEmpty();
        assertThat(store.tasks().claimNext(worker, 5)).isEmpty();
    }

    @Test
    void a_report_that_comes_again_after_a_lost_answer_is_no_refusal() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        assertThat(f.complete(task, Json.of(1)).accepted()).containsExactly(task.hold());
        assertThat(f.complete(task, Json.of(1)).accepted()).containsExactly(task.hold());
    }
}
