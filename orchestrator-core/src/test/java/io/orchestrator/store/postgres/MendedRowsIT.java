package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Reason;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.run.WhyDecisions;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunStart;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that would hold a run for ever: it is told what is amiss, and a scheduler lets the run go on, or ends it. */
class MendedRowsIT {
    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;
    private final Rows rows = new Rows(tested.url);

    @AfterEach
    void close() {
        tested.close();
    }

    private void isAmiss(Submission run, String what) {
        assertThat(WhyDecisions.ofRun(store.situations().ofRun(run.runId()).orElseThrow()))
                .anySatisfy(reason -> {
                    assertThat(reason.kind()).isEqualTo(Reason.Kind.AMISS);
                    assertThat(reason.text()).contains(what);
                });
    }

    private void nothingIsAmiss(Submission run) {
        assertThat(WhyDecisions.ofRun(store.situations().ofRun(run.runId()).orElseThrow()))
                .noneMatch(reason -> reason.kind() == Reason.Kind.AMISS);
    }

    private List<Ticket> mended() {
        return store.recovery().mend(100).tickets();
    }

    @Test
    void nothing_is_mended_of_a_run_that_is_well() {
        Submission run =
                f.submit("{'name':'p','timebox':'PT1H','phases':[{'phase':'P','timebox':'PT1H','parallelism':1,"
                        + "'agents':['A','B']}]}");
        f.claimOne(f.worker(), run);
        assertThat(store.recovery().mend(100)).isEqualTo(Ready.NOTHING);
        assertThat(store.recovery().withoutLease()).isEmpty();
        nothingIsAmiss(run);
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-9223372036854775808", "9223372036854775807"})
    void sums_of_runs_and_phases_that_no_booking_writes_count_as_nothing_and_everything_goes_on(String sum) {
        Submission poisoned = f.submit(ONE_TASK);
        Submission sound = f.submit(ONE_TASK);
        String spoilt = " SET tokens = " + sum + ", cost_usd = " + sum + ", tool_ms = " + sum;
        String of = " WHERE run_id = '" + poisoned.runId() + "'";
        rows.execute("UPDATE runs" + spoilt + " WHERE id = '" + poisoned.runId() + "'");
        rows.execute("UPDATE phases" + spoilt + of);
        assertThat(store.runs().list(10)).hasSize(2);
        assertThat(f.view(poisoned).usage().tokens()).isNotNegative();
        ClaimedTask task = f.claimOne(f.worker(), poisoned);
        f.complete(task, Json.NULL);
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.COMPLETED);
        rows.execute("UPDATE tasks" + spoilt + of);
        assertThat(store.runs().list(10)).hasSize(2);
        assertThat(f.view(poisoned).phases().getFirst().tasks()).hasSize(1);
        f.complete(f.claimOne(f.worker(), sound), Json.NULL);
        assertThat(f.view(sound).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_task_on_a_worker_that_is_in_no_table_is_taken_back() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        rows.execute("DELETE FROM leases");
        rows.execute("DELETE FROM workers");
        isAmiss(run, "which has no lease");
        List<String> workers = store.recovery().withoutLease();
        assertThat(workers).hasSize(1);
        assertThat(store.recovery().takeAway(workers, 5).requeued()).isEqualTo(1);
        assertThat(f.complete(task, Json.NULL).accepted()).isEmpty();
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runs", "phases", "live_tasks"})
    void what_is_past_its_deadline_and_has_no_timer_ends_as_timed_out(String table) {
        Submission run = f.submit(ONE_TASK);
        rows.execute("UPDATE " + table + " SET deadline = clock_timestamp() - interval '1 minute'");
        assertThat(store.recovery().mend(100).timersChanged()).isTrue();
        assertThat(store.recovery().mend(100).timersChanged())
                .as("once is enough")
                .isFalse();
        assertThat(store.timers().fireDue(10).fired()).isEqualTo(1);
        store.recovery().sweep(10);
        assertThat(f.view(run).phases().getFirst().tasks().getFirst().state()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(f.view(run).state().isFinal()).isTrue();
    }

    @Test
    void a_deadline_that_has_passed_is_told_and_that_of_a_paused_run_is_none() {
        Submission run = f.submit(ONE_TASK);
        rows.execute("UPDATE live_tasks SET deadline = clock_timestamp() - interval '1 minute'");
        isAmiss(run, "its deadline has passed");
        rows.execute("INSERT INTO gates (kind, name, reason) VALUES ('run', '" + run.runId() + "', 'lunch')");
        nothingIsAmiss(run);
        assertThat(store.recovery().mend(100).timersChanged()).isFalse();
    }

    @Test
    void a_task_that_waits_for_tasks_that_are_gone_goes_on() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        store.children().submit(parent.hold(), new ChildSpec("c", "agent", "B", Json.EMPTY_OBJECT));
        f.report(parent.hold(), new Outcome.Awaiting());
        rows.execute("DELETE FROM live_tasks WHERE task_id LIKE '%.%'");
        rows.execute("DELETE FROM tasks WHERE id LIKE '%.%'");
        rows.execute("UPDATE phases SET open = 1, total = 1");
        isAmiss(run, "waits for tasks that are gone");
        ClaimedTask again = f.claim(f.worker(), mended()).getFirst();
        f.complete(again, Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_task_that_was_not_released_although_places_are_free_is() {
        Submission run = f.submit("{'name':'p','phases':[{'phase':'P','parallelism':1,'agents':['A','B']}]}");
        rows.execute("DELETE FROM tasks WHERE id IN (SELECT task_id FROM live_tasks WHERE state = 'queued')");
        rows.execute("DELETE FROM live_tasks WHERE state = 'queued'");
        rows.execute("UPDATE phases SET open = 1, total = 1");
        isAmiss(run, "its phase has free ones");
        f.complete(f.claim(f.worker(), mended()).getFirst(), Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_lane_that_there_is_not_becomes_that_of_the_run() {
        Submission run = f.submit(ONE_TASK);
        rows.execute("UPDATE live_tasks SET lane = 7, dispatch_at = clock_timestamp() - interval '1 minute'");
        isAmiss(run, "there is no lane 7");
        assertThat(store.dispatch().due(10, Duration.ofMinutes(1))).isEmpty();
        mended();
        assertThat(store.dispatch().due(10, Duration.ofMinutes(1)))
                .extracting(Ticket::lane)
                .containsExactly(Priority.NORMAL);
    }

    @Test
    void a_queued_task_that_is_due_at_no_time_is_due_now() {
        f.submit(ONE_TASK);
        rows.execute("UPDATE live_tasks SET dispatch_at = 'infinity'");
        mended();
        assertThat(store.dispatch().due(10, Duration.ofMinutes(1))).hasSize(1);
    }

    @Test
    void a_run_whose_start_has_no_timer_starts_when_its_instant_has_come() {
        Submission run =
                store.runs().submit(StoreFixture.request(ONE_TASK).startingAt(new RunStart.In(Duration.ofHours(1))));
        rows.execute("DELETE FROM timers");
        isAmiss(run, "its start has no timer");
        assertThat(store.recovery().mend(100).timersChanged()).isTrue();
        assertThat(store.timers().fireDue(10).fired()).isZero();
        tested.advance(Duration.ofHours(2));
        assertThat(store.timers().fireDue(10).ready().tickets()).hasSize(1);
    }
}
