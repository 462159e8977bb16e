package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.Unreadable;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that somebody else has deleted, beside a sound run: it goes on, and the other comes to an end. */
class LostRowsIT {
    private static final String TWO_PHASES =
            "{'name':'two','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']}]}";

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;
    private final Rows rows = new Rows(tested.url);
    private Submission poisoned;
    private Submission sound;

    @BeforeEach
    void submit() {
        poisoned = f.submit(TWO_PHASES);
        sound = f.submit(TWO_PHASES);
    }

    @AfterEach
    void close() {
        tested.close();
    }

    private void loseFrom(String table) {
        rows.execute("DELETE FROM " + table + " WHERE run_id = '" + poisoned.runId() + "'");
    }

    private void everythingIsLookedAt() {
        store.recovery().sweep(100);
        store.recovery().mend(100);
        store.recovery().sweep(100);
    }

    private List<RunView.Task> tasks() {
        return f.view(poisoned).phases().stream()
                .flatMap(phase -> phase.tasks().stream())
                .toList();
    }

    private void soundOneCompletes() {
        ClaimedTask first = f.claimOne(f.worker(), sound);
        ClaimedTask second = f.claim(
                        f.worker(), f.complete(first, Json.of("done")).ready().tickets())
                .getFirst();
        f.complete(second, Json.of("done"));
        assertThat(f.view(sound).state()).isEqualTo(StageState.COMPLETED);
    }

    private void nothingIsLeftOf(Submission run) {
        assertThat(rows.all("SELECT task_id FROM live_tasks WHERE run_id = '" + run.runId() + "'"))
                .isEmpty();
        assertThat(rows.all("SELECT id FROM tasks WHERE outcome IS NULL AND run_id = '" + run.runId() + "'"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"live_tasks", "phases", "tasks"})
    void a_run_can_be_looked_at_and_fails_with_the_reason(String table) {
        loseFrom(table);
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.RUNNING);
        assertThat(tasks()).allMatch(task -> task.state() == TaskState.DEAD || task.state() == TaskState.QUEUED);
        assertThat(store.situations().ofRun(poisoned.runId())).isPresent();
        assertThat(store.situations().ofTask(StoreFixture.firstTask(sound))).isPresent();
        everythingIsLookedAt();
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(poisoned).reason().orElseThrow()).containsAnyOf("contradict each other", "are there");
        assertThat(f.eventKinds(poisoned)).endsWith("run.failed");
        nothingIsLeftOf(poisoned);
        soundOneCompletes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"live_tasks", "phases", "tasks"})
    void a_run_can_be_cancelled_and_then_nothing_of_it_is_left(String table) {
        loseFrom(table);
        assertThat(store.runs().cancel(poisoned.runId(), "enough")).isTrue();
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.view(poisoned).reason()).contains("enough");
        assertThat(f.eventKinds(poisoned)).endsWith("run.cancelled");
        nothingIsLeftOf(poisoned);
        soundOneCompletes();
    }

    @Test
    void a_run_whose_live_rows_were_lost_can_be_retried_and_its_old_holder_stays_fenced() {
        ClaimedTask old = f.claimOne(f.worker(), poisoned);
        loseFrom("live_tasks");
        everythingIsLookedAt();
        Submission again = new Submission(
                poisoned.runId(),
                false,
                store.reopening().retry(poisoned.runId()).ready());
        ClaimedTask task = f.claimOne(f.worker(), again);
        assertThat(f.complete(old, Json.of("stale")).accepted()).isEmpty();
        assertThat(task.hold().epoch()).isGreaterThan(old.hold().epoch() + 1);
        f.complete(task, Json.of("done"));
        assertThat(f.phases(poisoned).get("Q").state()).isEqualTo(StageState.RUNNING);
    }

    @Test
    void a_task_whose_row_is_gone_is_handed_to_nobody_and_keeps_nobody_waiting() {
        loseFrom("tasks");
        assertThat(f.claim(f.worker(), poisoned.ready().tickets())).isEmpty();
        assertThat(rows.one("SELECT state, set_aside FROM live_tasks WHERE run_id = '" + poisoned.runId() + "'"))
                .containsEntry("state", "queued")
                .hasEntrySatisfying(
                        "set_aside", why -> assertThat(why).asString().contains("its row in tasks is gone"));
        assertThat(store.tasks().claimNext(f.worker(), 10))
                .extracting(ClaimedTask::runId)
                .containsExactly(sound.runId());
        assertThat(store.obstacles().setAside(10)).hasSize(1);
    }

    @Test
    void a_task_whose_phase_is_gone_cannot_begin_and_ends() {
        loseFrom("phases");
        ClaimedTask task = f.claimOne(f.worker(), poisoned);
        assertThatThrownBy(() -> store.tasks().context(task.phaseId(), task.step()))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("is gone");
        store.tasks().setAside(task.hold(), "its phase is gone");
        nothingIsLeftOf(poisoned);
        everythingIsLookedAt();
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void a_counter_that_was_changed_ends_the_run_and_not_the_other() {
        rows.execute("UPDATE phases SET open = 5, total = 5 WHERE name = 'P' AND run_id = '" + poisoned.runId() + "'");
        everythingIsLookedAt();
        assertThat(f.view(poisoned).reason().orElseThrow()).contains("phase P counts 5 open tasks, and 1 are live");
        soundOneCompletes();
    }

    @Test
    void what_is_live_of_a_run_that_is_gone_is_removed() {
        rows.execute("DELETE FROM runs WHERE id = '" + poisoned.runId() + "'");
        everythingIsLookedAt();
        nothingIsLeftOf(poisoned);
        soundOneCompletes();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, -7, Long.MIN_VALUE})
    void a_run_whose_event_number_was_changed_goes_on_and_can_be_ended(long number) {
        rows.execute("UPDATE runs SET event_seq = " + number + " WHERE id = '" + poisoned.runId() + "'");
        f.complete(f.claimOne(f.worker(), poisoned), Json.of("done"));
        assertThat(f.phases(poisoned).get("Q").state()).isEqualTo(StageState.RUNNING);
        assertThat(store.runs().cancel(poisoned.runId(), "enough")).isTrue();
        assertThat(f.view(poisoned).state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.eventKinds(poisoned)).startsWith("run.submitted").endsWith("run.cancelled");
    }
}
