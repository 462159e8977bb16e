package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static io.orchestrator.store.postgres.PoisonedRowsIT.DEEP;
import static io.orchestrator.store.postgres.PoisonedRowsIT.LONG_NUMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.run.WhyDecisions;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.HeldPhases.Decision;
import io.orchestrator.store.PhaseAddition;
import io.orchestrator.store.PhaseRefused;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.Unreadable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in workers, steps and rounds, and runs that are being deleted: what is sound beside it goes on. */
class PoisonedOthersIT {
    private static final Json POOR = Json.parse("{\"metrics\":{\"coverage\":0.5}}");
    private static final String RUBRIC = "{'name':'r','phases':[{'phase':'P','agents':['A'],"
            + "'rubrics':{'coverage_min':0.9},'onRubricMiss':'hold'}]}";

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;
    private final Rows rows = new Rows(tested.url);

    @AfterEach
    void close() {
        tested.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "slots = 2147483647",
                "slots = -2147483648",
                "pid = -1, pid_started = ''",
                "pid = 9223372036854775807",
                "host = '', boot_id = '', version = ''",
                "started_at = 'infinity'",
                "state = 'lost', stopped_at = '-infinity'"
            })
    void a_worker_that_was_changed_keeps_nobody_from_working_and_is_lost_in_its_time(String spoilt) {
        String poisoned = f.worker();
        String sound = f.worker();
        Submission run = f.submit(ONE_TASK);
        Submission other = f.submit(ONE_TASK);
        f.claimOne(poisoned, run);
        rows.execute("UPDATE workers SET " + spoilt);
        assertThat(WhyDecisions.ofRun(store.situations().ofRun(run.runId()).orElseThrow()))
                .isNotEmpty();
        store.recovery().workersOn("host", "boot");
        f.complete(f.claimOne(sound, other), Json.NULL);
        assertThat(f.view(other).state()).isEqualTo(StageState.COMPLETED);
        store.recovery().reap(StoreFixture.LEASE, 5, 10);
        rows.execute("UPDATE leases SET until = '-infinity' WHERE worker_id = '" + poisoned + "'");
        assertThat(store.recovery().reap(StoreFixture.LEASE, 5, 10).lost()).containsExactly(poisoned);
        f.complete(f.claimOne(sound, run), Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_task_whose_epoch_cannot_grow_is_taken_back_with_the_others_and_ends_when_it_is_claimed() {
        Submission poisoned = f.submit(ONE_TASK);
        Submission sound = f.submit(ONE_TASK);
        String worker = f.worker();
        f.claimOne(worker, poisoned);
        f.claimOne(worker, sound);
        String of = " WHERE run_id = '" + poisoned.runId() + "'";
        rows.execute("UPDATE live_tasks SET epoch = 9223372036854775807" + of);
        store.recovery().reap(StoreFixture.LEASE, 5, 10);
        rows.execute("UPDATE leases SET until = '-infinity'");
        assertThat(store.recovery().reap(StoreFixture.LEASE, 5, 10).requeued()).isEqualTo(2);
        String next = f.worker();
        assertThat(store.tasks().claimNext(next, 10))
                .extracting(ClaimedTask::runId)
                .containsExactly(sound.runId());
        assertThat(f.task(StoreFixture.firstTask(poisoned)).state()).isEqualTo(TaskState.DEAD);
        assertThat(store.tasks().disown(next, List.of()).tickets()).hasSize(1);
    }

    @Test
    void a_task_that_cannot_be_claimed_again_after_it_was_declined_keeps_no_other_from_being_tried() {
        Submission poisoned = f.submit(ONE_TASK);
        Submission sound = f.submit(ONE_TASK);
        String worker = f.worker();
        for (Submission run : List.of(poisoned, sound)) {
            f.report(f.claimOne(worker, run).hold(), new Outcome.Declined("nobody here knows A"));
        }
        rows.execute("UPDATE live_tasks SET claims = 2147483647 WHERE run_id = '" + poisoned.runId() + "'");
        assertThat(store.tasks().claimDeclined(f.worker(), 10))
                .extracting(ClaimedTask::runId)
                .containsExactly(sound.runId());
        assertThat(f.task(StoreFixture.firstTask(poisoned)).state()).isEqualTo(TaskState.DEAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoch = 9223372036854775807", "claims = 2147483647", "attempt = 2147483647"})
    void a_run_whose_counters_cannot_grow_can_be_cancelled(String spoilt) {
        Submission waiting = f.submit(ONE_TASK);
        Submission running = f.submit(ONE_TASK);
        f.claimOne(f.worker(), running);
        rows.execute("UPDATE live_tasks SET " + spoilt);
        rows.execute("UPDATE phases SET open = 0 WHERE run_id = '" + waiting.runId() + "'");
        for (Submission run : List.of(waiting, running)) {
            assertThat(store.runs().cancel(run.runId(), "enough")).isTrue();
            assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
        }
    }

    @Test
    void what_a_lost_worker_held_and_cannot_be_taken_back_ends_and_the_rest_is_taken_back() {
        Submission poisoned = f.submit(ONE_TASK);
        Submission sound = f.submit(ONE_TASK);
        String worker = f.worker();
        f.claimOne(worker, poisoned);
        f.claimOne(worker, sound);
        rows.execute("ALTER TABLE live_tasks ADD CONSTRAINT stays CHECK (state = 'running' OR run_id <> '"
                + poisoned.runId() + "')");
        store.recovery().reap(StoreFixture.LEASE, 5, 10);
        rows.execute("UPDATE leases SET until = '-infinity'");
        var round = store.recovery().reap(StoreFixture.LEASE, 5, 10);
        assertThat(round.requeued()).isEqualTo(1);
        assertThat(round.lost()).containsExactly(worker);
        assertThat(f.task(StoreFixture.firstTask(poisoned)).error().orElseThrow())
                .contains("it cannot be taken back from its worker");
        f.complete(f.claimOne(f.worker(), sound), Json.NULL);
        assertThat(f.view(sound).state()).isEqualTo(StageState.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(strings = {DEEP, LONG_NUMBER})
    void a_step_whose_result_cannot_be_read_is_named_and_those_of_others_are_found(String result) {
        ClaimedTask poisoned = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask sound = f.claimOne(f.worker(), f.submit(ONE_TASK));
        for (ClaimedTask task : List.of(poisoned, sound)) {
            store.checkpoints().saveStep(task.hold(), "s", Json.of(1), task.usedBefore());
        }
        rows.execute("UPDATE steps SET result = " + result + " WHERE task_id = '"
                + poisoned.hold().taskId() + "'");
        assertThatThrownBy(() -> store.checkpoints().stepResult(poisoned.hold().taskId(), "s"))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("the result of step s");
        assertThat(store.checkpoints().stepResult(sound.hold().taskId(), "s")).contains(Json.of(1));
    }

    private Submission held() {
        Submission run = f.submit(RUBRIC);
        f.complete(f.claimOne(f.worker(), run), POOR);
        assertThat(f.phases(run).get("P").state()).isEqualTo(StageState.HOLDING);
        return run;
    }

    private StageState decide(Submission run, Decision decision) {
        return store.heldPhases()
                .decide(new HeldPhases.Request(run.runId(), "P", decision, "anna", Optional.empty()))
                .state();
    }

    @ParameterizedTest
    @ValueSource(strings = {DEEP, LONG_NUMBER, "'[]'"})
    void a_held_phase_whose_miss_cannot_be_read_is_not_retried_and_can_be_accepted_or_failed(String miss) {
        Submission accepted = held();
        Submission failed = held();
        Submission sound = held();
        rows.execute("UPDATE phases SET rubric_miss = " + miss + ", decision = " + miss + " WHERE run_id <> '"
                + sound.runId() + "'");
        for (Submission run : List.of(accepted, failed)) {
            assertThatThrownBy(() -> decide(run, Decision.RETRY))
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining("missed cannot be read");
            assertThat(f.phases(run).get("P").state()).isEqualTo(StageState.HOLDING);
        }
        assertThat(decide(accepted, Decision.ACCEPT)).isEqualTo(StageState.COMPLETED);
        assertThat(decide(failed, Decision.FAIL)).isEqualTo(StageState.FAILED);
        assertThat(decide(sound, Decision.RETRY)).isEqualTo(StageState.RUNNING);
        assertThat(f.view(accepted).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_decision_about_a_run_whose_plan_cannot_be_read_ends_it() {
        Submission run = held();
        rows.execute("UPDATE runs SET plan = " + DEEP);
        decide(run, Decision.ACCEPT);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(run).reason().orElseThrow()).contains("the plan of run " + run.runId());
    }

    @Test
    void a_phase_of_a_further_round_whose_miss_cannot_be_read_fails_with_the_reason() {
        Submission run = f.submit(RUBRIC.replace("'hold'", "'retry'"));
        List<Ticket> again =
                f.complete(f.claimOne(f.worker(), run), POOR).ready().tickets();
        assertThat(again).hasSize(1);
        f.complete(f.claim(f.worker(), again).getFirst(), POOR);
        rows.execute("UPDATE phases SET rubric_miss = " + DEEP);
        assertThat(f.view(run).state().isFinal()).isTrue();
        assertThatThrownBy(() -> store.reopening().retry(run.runId())).isInstanceOf(Unreadable.class);
    }

    @Test
    void a_run_that_is_being_deleted_takes_no_phase_and_does_not_answer_for_those_it_had() {
        Json phase = Json.parse("{\"phase\":\"A\",\"agents\":[\"X\"]}");
        PhaseAddition first = new PhaseAddition("run-abc", "a", phase, Json.EMPTY_OBJECT, Optional.empty());
        PhaseAddition second =
                new PhaseAddition("run-abc", "b", phase.with("phase", "B"), Json.EMPTY_OBJECT, Optional.empty());
        var added = store.runs().add(first);
        f.complete(f.claim(f.worker(), added.ready().tickets()).getFirst(), Json.NULL);
        assertThat(store.deletions().begin(added.runId())).isEmpty();
        for (PhaseAddition addition : List.of(first, second)) {
            assertThatThrownBy(() -> store.runs().add(addition))
                    .isInstanceOf(PhaseRefused.class)
                    .hasMessageContaining("is deleted");
        }
        while (store.deletions().remove(added.runId(), 100) > 0) {
            tested.advance(Duration.ZERO);
        }
        assertThat(store.runs().add(second).runId()).isNotEqualTo(added.runId());
    }
}
