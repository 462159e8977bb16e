package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.Unreadable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that somebody else has spoilt, beside rows that are sound: the sound ones go on, and the others come to an end. */
class PoisonedRowsIT {
    /** No reader takes a number of so many digits. */
    static final String LONG_NUMBER = "('{\"x\": 1' || repeat('0', 100000) || '}')::jsonb";
    /** Deeper than any document that was ever accepted. */
    static final String DEEP = "('{\"x\": ' || repeat('[', 5000) || repeat(']', 5000) || '}')::jsonb";

    private static final String TWO_PHASES =
            "{'name':'two','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']}]}";

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;
    private final Rows rows = new Rows(tested.url);

    @AfterEach
    void close() {
        tested.close();
    }

    private void spoil(Submission run, String column, String value) {
        rows.execute("UPDATE runs SET " + column + " = " + value + " WHERE id = '" + run.runId() + "'");
    }

    private List<ClaimedTask> claimTogether(Submission... runs) {
        List<Ticket> tickets = new ArrayList<>();
        for (Submission run : runs) {
            tickets.addAll(run.ready().tickets());
        }
        return f.claim(f.worker(), tickets);
    }

    private RunView.Task onlyTask(Submission run) {
        return f.view(run).phases().getFirst().tasks().getFirst();
    }

    /** Whatever is to be done by the loops, until they find nothing any more. */
    private void sweep() {
        Ready ready = store.recovery().sweep(100);
        assertThat(ready.tickets()).as("nothing new is started").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "input = " + LONG_NUMBER,
                "input = " + DEEP,
                "input = '[1, 2]'",
                "budget = '\"much\"'",
                "budget = '{\"tokens\": 1e40}'",
                "budget = '{\"usd\": {}}'",
                "fell_back = '{\"from\": \"A\", \"afterSeq\": \"first\"}', fallback = 'A'"
            })
    void a_task_that_cannot_be_read_ends_as_dead_with_the_reason_and_those_claimed_with_it_are_handed_out(
            String spoilt) {
        Submission poisoned = f.submit(ONE_TASK);
        Submission sound = f.submit(ONE_TASK);
        // A checkpoint, so that the claim looks for what is after another one.
        rows.execute("UPDATE live_tasks SET checkpoint_seq = 1 WHERE run_id = '" + poisoned.runId() + "'");
        rows.execute("INSERT INTO checkpoints (task_id, seq, epoch, token, data, size_bytes) VALUES ('"
                + StoreFixture.firstTask(poisoned) + "', 1, 1, 't', '1', 1)");
        rows.execute("UPDATE tasks SET " + spoilt + " WHERE run_id = '" + poisoned.runId() + "'");
        assertThat(claimTogether(poisoned, sound))
                .extracting(ClaimedTask::runId)
                .containsExactly(sound.runId());
        assertThat(onlyTask(poisoned).state()).isEqualTo(TaskState.DEAD);
        assertThat(onlyTask(poisoned).error().orElseThrow()).containsAnyOf("cannot be read", "cannot be claimed");
        sweep();
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.FAILED);
        assertThat(f.eventKinds(poisoned)).contains("task.dead", "run.failed");
    }

    @Test
    void a_checkpoint_that_cannot_be_read_ends_its_task_only_and_going_back_behind_it_lets_it_go_on() {
        Submission poisoned = f.submit(ONE_TASK);
        Submission sound = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), poisoned);
        store.checkpoints().save(task.hold(), "good", Json.of(1), 5);
        store.checkpoints().save(task.hold(), "bad", Json.of(2), 5);
        f.handBack(task, Duration.ZERO);
        rows.execute("UPDATE checkpoints SET data = NULL, data_zstd = '\\x00'::bytea WHERE seq = 2");
        assertThat(claimTogether(poisoned, sound))
                .extracting(ClaimedTask::runId)
                .containsExactly(sound.runId());
        assertThat(onlyTask(poisoned).error().orElseThrow()).contains("checkpoint 2 cannot be read");
        sweep();
        Submission again = new Submission(
                poisoned.runId(),
                false,
                store.reopening()
                        .resume(task.hold().taskId(), java.util.OptionalLong.of(1))
                        .ready());
        assertThat(f.claimOne(f.worker(), again).checkpoint().orElseThrow().token())
                .isEqualTo("good");
    }

    @Test
    void without_tickets_too_the_sound_ones_are_handed_out() {
        Submission poisoned = f.submit(ONE_TASK);
        rows.execute("UPDATE tasks SET fallback = 'A', fell_back = '{\"from\":\"A\",\"afterSeq\":\"x\"}'");
        rows.execute("UPDATE live_tasks SET checkpoint_seq = 1");
        rows.execute("INSERT INTO checkpoints (task_id, seq, epoch, token, data, size_bytes) VALUES ('"
                + StoreFixture.firstTask(poisoned) + "', 1, 1, 't', '1', 1)");
        Submission sound = f.submit(ONE_TASK);
        assertThat(store.tasks().claimNext(f.worker(), 10, List.of(Priority.values())))
                .extracting(ClaimedTask::runId)
                .containsExactly(sound.runId());
        assertThat(onlyTask(poisoned).state()).isEqualTo(TaskState.DEAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LONG_NUMBER,
                DEEP,
                "'{}'",
                "'[]'",
                "'{\"name\":\"other\",\"phases\":[{\"phase\":\"Z\",\"agents\":[\"A\"]}]}'"
            })
    void a_run_whose_plan_cannot_be_read_ends_when_its_task_does(String plan) {
        Submission poisoned = f.submit(TWO_PHASES);
        Submission sound = f.submit(TWO_PHASES);
        List<ClaimedTask> tasks = claimTogether(poisoned, sound);
        spoil(poisoned, "plan", plan);
        assertThatThrownBy(() -> store.tasks()
                        .context(tasks.getFirst().phaseId(), tasks.getFirst().step()))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("the plan of run " + poisoned.runId());
        tasks.forEach(task -> f.complete(task, Json.of("done")));
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(poisoned).reason().orElseThrow()).contains("the plan of run " + poisoned.runId());
        assertThat(f.eventKinds(poisoned)).contains("task.completed", "run.unreadable", "run.failed");
        assertThat(f.phases(sound).get("Q").state()).isEqualTo(StageState.RUNNING);
    }

    @ParameterizedTest
    @ValueSource(strings = {LONG_NUMBER, DEEP, "'[]'", "'3'"})
    void a_run_whose_inputs_cannot_be_read_fails_at_its_next_phase(String inputs) {
        Submission poisoned = f.submit(TWO_PHASES);
        ClaimedTask task = f.claimOne(f.worker(), poisoned);
        spoil(poisoned, "inputs", inputs);
        f.complete(task, Json.of("done"));
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(poisoned).reason().orElseThrow()).contains("phase Q", "the inputs of run");
        assertThat(f.tasksByName(poisoned).get("A").state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void an_output_that_cannot_be_read_fails_the_phase_that_needs_it_and_is_shown_as_such() {
        Submission poisoned = f.submit(TWO_PHASES);
        Submission last = f.submit("{'name':'three','phases':[{'phase':'P','agents':['A']},"
                + "{'phase':'Q','agents':['B']},{'phase':'R','agents':['C']}]}");
        for (Submission run : List.of(poisoned, last)) {
            Ready ready =
                    f.complete(f.claimOne(f.worker(), run), Json.of("done")).ready();
            rows.execute("UPDATE tasks SET output = " + LONG_NUMBER + " WHERE outcome = 'completed'");
            ClaimedTask second = f.claim(f.worker(), ready.tickets()).getFirst();
            assertThatThrownBy(() -> store.tasks().context(second.phaseId(), second.step()))
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining("the output of task " + StoreFixture.firstTask(run));
            store.tasks().setAside(second.hold(), "unreadable");
        }
        sweep();
        assertThat(f.view(last).state()).isEqualTo(StageState.FAILED);
        assertThat(f.tasksByName(poisoned).get("A").output().orElseThrow().get("unreadable"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "inputs", "agents"})
    void a_run_with_unreadable_documents_can_be_looked_at_and_cancelled(String column) {
        Submission poisoned = f.submit(TWO_PHASES);
        Submission running = f.submit(TWO_PHASES);
        f.claimOne(f.worker(), running);
        for (Submission run : List.of(poisoned, running)) {
            spoil(run, column, DEEP);
            assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
            assertThat(store.runs().cancel(run.runId(), "enough")).isTrue();
            assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
        }
    }

    @Test
    void what_needs_an_unreadable_plan_is_refused_with_a_sentence() {
        Submission poisoned = f.submit(TWO_PHASES);
        store.runs().cancel(poisoned.runId(), "enough");
        spoil(poisoned, "plan", DEEP);
        assertThatThrownBy(() -> store.reopening().retry(poisoned.runId()))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("the plan of run " + poisoned.runId() + " cannot be read");
        assertThatThrownBy(() -> store.runs().request(poisoned.runId())).isInstanceOf(Unreadable.class);
    }

    @Test
    void an_event_that_cannot_be_read_is_shown_as_such_among_the_others() {
        Submission run = f.submit(ONE_TASK);
        rows.execute("UPDATE events SET data = " + DEEP + " WHERE seq = 1");
        assertThat(f.eventKinds(run)).hasSizeGreaterThan(1);
        assertThat(store.runs().events(run.runId(), 0, 10).getFirst().data().get("unreadable"))
                .isPresent();
    }

    @Test
    void a_task_whose_end_cannot_be_recorded_is_left_alone_until_somebody_resumes_it_and_the_reaper_goes_on() {
        Submission poisoned = f.submit(ONE_TASK);
        Submission sound = f.submit(ONE_TASK);
        List<ClaimedTask> tasks = claimTogether(poisoned, sound);
        // A task that ends would make it fewer than none.
        rows.execute("UPDATE phases SET open = 0 WHERE run_id = '" + poisoned.runId() + "'");
        rows.execute("UPDATE live_tasks SET claims = 9");
        store.recovery().reap(StoreFixture.LEASE, 5, 10);
        rows.execute("UPDATE leases SET until = clock_timestamp() - interval '1 minute'");
        var round = store.recovery().reap(StoreFixture.LEASE, 5, 10);
        assertThat(round.lost()).hasSize(1);
        assertThat(onlyTask(sound).state()).isEqualTo(TaskState.DEAD);
        assertThat(onlyTask(poisoned).state()).isEqualTo(TaskState.QUEUED);
        assertThat(rows.one("SELECT set_aside FROM live_tasks").get("set_aside"))
                .asString()
                .contains("and its end cannot be recorded");
        assertThat(f.claim(f.worker(), poisoned.ready().tickets())).isEmpty();
        assertThat(store.tasks().claimNext(f.worker(), 10)).isEmpty();
        tested.advance(Duration.ofDays(1));
        assertThat(store.dispatch().due(10, Duration.ofMinutes(1))).isEmpty();
        rows.execute("UPDATE phases SET open = 1 WHERE run_id = '" + poisoned.runId() + "'");
        store.reopening().resume(tasks.getFirst().hold().taskId(), java.util.OptionalLong.empty());
        f.complete(f.claimOne(f.worker(), poisoned), Json.NULL);
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_run_that_cannot_be_moved_on_is_set_aside_and_the_reconciler_goes_on() {
        Submission poisoned = f.submit(TWO_PHASES);
        Submission sound = f.submit(TWO_PHASES);
        rows.execute("UPDATE runs SET ending = 'failed', reason = 'a test'");
        rows.execute("UPDATE phases SET open = 0 WHERE run_id = '" + poisoned.runId() + "' AND name = 'P'");
        store.recovery().sweep(100);
        assertThat(f.view(sound).state()).isEqualTo(StageState.FAILED);
        assertThat(rows.one("SELECT set_aside FROM runs WHERE id = '" + poisoned.runId() + "'")
                        .get("set_aside"))
                .asString()
                .contains("phases_open_check");
    }

    @Test
    void a_run_whose_rows_do_not_add_up_can_be_cancelled_all_the_same() {
        Submission poisoned = f.submit(TWO_PHASES);
        ClaimedTask task = f.claimOne(f.worker(), poisoned);
        rows.execute("UPDATE phases SET open = 0");
        assertThat(store.runs().cancel(poisoned.runId(), "enough")).isTrue();
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.view(poisoned).reason()).contains("enough");
        assertThat(f.task(task).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(f.eventKinds(poisoned)).endsWith("run.cancelled");
        assertThat(rows.all("SELECT * FROM live_tasks")).isEmpty();
        assertThat(f.complete(task, Json.NULL).accepted()).isEmpty();
        assertThat(store.runs().cancel(poisoned.runId(), "again")).isFalse();
    }

    @Test
    void a_timer_that_cannot_fire_is_put_off_and_then_set_aside_and_the_others_fire() {
        Submission poisoned = f.submit(ONE_TASK);
        Submission sound = f.submit(ONE_TASK);
        List<ClaimedTask> tasks = claimTogether(poisoned, sound);
        rows.execute("UPDATE phases SET open = 0 WHERE run_id = '" + poisoned.runId() + "'");
        tasks.forEach(task -> rows.execute("INSERT INTO timers (kind, run_id, phase_id, task_id, fire_at) VALUES ("
                + "'task_timeout', '" + task.runId() + "', '" + task.phaseId() + "', '"
                + task.hold().taskId() + "', '-infinity')"));
        assertThat(store.timers().fireDue(100).fired()).isEqualTo(1);
        assertThat(onlyTask(sound).state()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(rows.one("SELECT * FROM pending_timers"))
                .containsEntry("failures", 1)
                .containsEntry("set_aside_at", null);
        assertThat(store.timers().fireDue(100).fired()).as("it is put off").isZero();
        for (int i = 2; i <= io.orchestrator.run.FailureDecisions.MOST_IN_A_ROW; i++) {
            rows.execute("UPDATE timers SET not_before = clock_timestamp() WHERE state = 'pending'");
            assertThat(store.timers().fireDue(100).fired()).isZero();
        }
        assertThat(rows.one("SELECT * FROM pending_timers").get("set_aside_at")).isNotNull();
        assertThat(rows.one("SELECT * FROM pending_timers").get("error"))
                .asString()
                .contains("phases_open_check");
        assertThat(store.timers().untilNext(Set.of())).as("nobody waits for it").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "294276-12-31", "4000-01-01"})
    void a_timer_in_the_far_future_keeps_nobody_from_sleeping(String instant) {
        rows.execute("INSERT INTO timers (kind, action, fire_at) VALUES ('custom', 'act', '" + instant + "')");
        assertThat(store.timers().untilNext(Set.of("act")).orElseThrow()).isEqualTo(Duration.ofDays(1));
        assertThat(rows.all("SELECT * FROM pending_timers")).hasSize(1);
        store.timers().stats();
    }

    @Test
    void a_custom_timer_whose_payload_cannot_be_read_is_set_aside_and_the_others_act() {
        rows.execute("INSERT INTO timers (kind, action, payload, fire_at) VALUES ('custom', 'act', " + DEEP
                + ", clock_timestamp() - interval '1 hour')");
        store.timers().schedule("act", Json.of("sound"), Duration.ZERO);
        List<Json> acted = new ArrayList<>();
        store.timers().fireCustom(Set.of("act"), 10, timer -> acted.add(timer.payload()));
        assertThat(acted).containsExactly(Json.of("sound"));
        assertThat(rows.one("SELECT * FROM pending_timers").get("error"))
                .asString()
                .contains("the payload of timer");
        assertThat(rows.one("SELECT * FROM pending_timers").get("set_aside_at")).isNotNull();
    }

    @Test
    void a_run_that_starts_later_ends_at_its_start_when_its_plan_cannot_be_read() {
        Submission poisoned = f.submit(ONE_TASK);
        rows.execute(
                "UPDATE runs SET state = 'pending', started_at = NULL, start_at = clock_timestamp(), plan = " + DEEP);
        rows.execute("INSERT INTO timers (kind, run_id, fire_at) SELECT 'run_start', id, start_at FROM runs");
        store.timers().fireDue(10);
        sweep();
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity", "294276-12-31", "4713-01-01 BC"})
    void instants_that_java_does_not_have_are_shown_as_the_nearest_and_the_run_can_be_ended(String instant) {
        Submission run = f.submit(TWO_PHASES);
        ClaimedTask task = f.claimOne(f.worker(), run);
        store.checkpoints().save(task.hold(), "t", Json.NULL, 5);
        String at = "'" + instant + "'";
        rows.execute("UPDATE runs SET created_at = " + at + ", started_at = " + at + ", deadline = " + at);
        rows.execute("UPDATE phases SET started_at = " + at + ", deadline = " + at);
        rows.execute("UPDATE tasks SET created_at = " + at);
        rows.execute("UPDATE live_tasks SET claimed_at = " + at + ", heartbeat_at = " + at + ", deadline = " + at);
        rows.execute("UPDATE checkpoints SET created_at = " + at);
        rows.execute("UPDATE events SET at = " + at);
        rows.execute("INSERT INTO gates (kind, name, reason, closed_at, reopens_at) VALUES ('lane', 'low', 'x', " + at
                + ", " + at + ")");
        assertThat(store.runs().list(10)).hasSize(1);
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        assertThat(f.eventKinds(run)).isNotEmpty();
        assertThat(store.checkpoints().list(task.hold().taskId())).hasSize(1);
        store.gates().closed();
        assertThat(store.runs().stats(task.phaseId())).isPresent();
        f.complete(task, Json.of("done"));
        assertThat(store.runs().cancel(run.runId(), "enough")).isTrue();
        assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity", "294276-12-31"})
    void guards_whose_last_round_nobody_can_tell_go_on(String instant) {
        Submission run = f.submit(ONE_TASK);
        String worker = f.worker();
        f.claimOne(worker, run);
        store.recovery().reap(StoreFixture.LEASE, 5, 10);
        rows.execute("UPDATE rounds SET at = '" + instant + "'");
        store.recovery().reap(StoreFixture.LEASE, 5, 10);
        rows.execute("UPDATE leases SET until = '-infinity'");
        assertThat(store.recovery().reap(StoreFixture.LEASE, 5, 10).lost()).containsExactly(worker);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
    void sums_that_are_no_numbers_can_be_looked_at_and_nothing_is_spent_from_such_a_budget(String sum) {
        Submission run = f.submit("{'name':'m','budgets':{'usd':5},'phases':[{'phase':'P','agents':['A']}]}");
        ClaimedTask task = f.claimOne(f.worker(), run);
        rows.execute("UPDATE runs SET cost_usd = '" + sum + "'");
        rows.execute("UPDATE phases SET cost_usd = '" + sum + "'");
        rows.execute("UPDATE live_tasks SET cost_usd = '" + sum + "'");
        rows.execute("UPDATE budgets SET cost_usd = '" + sum + "'");
        assertThat(f.view(run).usage().costUsd()).isZero();
        assertThat(store.runs().stats(task.phaseId())).isPresent();
        assertThatThrownBy(() -> store.budgets().book(task.hold(), StoreFixture.usage(1)))
                .isInstanceOf(Unreadable.class);
        f.complete(task, Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_lane_that_there_is_not_stops_nobody() {
        Submission poisoned = f.submit(
                "{'name':'p','phases':[{'phase':'P','agents':['A','B']}]}".replace("'P',", "'P','parallelism':1,"));
        rows.execute("UPDATE live_tasks SET lane = 99");
        Submission sound = f.submit(ONE_TASK);
        List<ClaimedTask> claimed = claimTogether(poisoned, sound);
        assertThat(claimed).hasSize(2);
        claimed.forEach(task -> f.complete(task, Json.NULL));
        assertThat(f.view(sound).state()).isEqualTo(StageState.COMPLETED);
        tested.advance(Duration.ofHours(1));
        assertThat(store.dispatch().due(10, Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void a_sum_that_is_no_number_ends_like_any_other() {
        Submission poisoned = f.submit(ONE_TASK);
        rows.execute("UPDATE live_tasks SET cost_usd = 'NaN'");
        ClaimedTask task = f.claimOne(f.worker(), poisoned);
        f.complete(task, Json.NULL);
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.COMPLETED);
    }
}
