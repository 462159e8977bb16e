package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Reopening;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TakeOver;
import io.orchestrator.store.TakeOverRefused;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run that is deleted leaves nothing behind, and nothing that is needed is deleted. */
class DeletionsIT {
    private static final String TWO_PHASES =
            "{'name':'t','phases':[{'phase':'A','agents':['X']},{'phase':'B','agents':['Y']}]}";

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;
    private final Rows rows = new Rows(tested.url);

    @AfterEach
    void close() {
        tested.close();
    }

    private void delete(String runId) {
        assertThat(store.deletions().begin(runId)).isEmpty();
        long removed;
        do {
            removed = store.deletions().remove(runId, 1);
        } while (removed > 0);
    }

    private Submission ended(String plan) {
        Submission run = f.submit(plan);
        ClaimedTask task = f.claimOne(f.worker(), run);
        store.checkpoints().save(task.hold(), "one", Json.of(1), 3);
        store.checkpoints().saveStep(task.hold(), "look-up", Json.of(2));
        f.complete(task, Json.of(3));
        return run;
    }

    private Submission takingOver(Submission done) {
        return store.runs().submit(StoreFixture.request(TWO_PHASES).takingOver(new TakeOver(done.runId(), "B")));
    }

    private long leftOf(String runId, List<String> taskIds) {
        String tasks = String.join("','", taskIds);
        return (Long) Objects.requireNonNull(rows.one("SELECT (SELECT count(*) FROM runs WHERE id = '" + runId + "')"
                        + " + (SELECT count(*) FROM phases WHERE run_id = '" + runId + "')"
                        + " + (SELECT count(*) FROM budgets WHERE run_id = '" + runId + "')"
                        + " + (SELECT count(*) FROM tasks WHERE run_id = '" + runId + "')"
                        + " + (SELECT count(*) FROM events WHERE run_id = '" + runId + "')"
                        + " + (SELECT count(*) FROM timers WHERE run_id = '" + runId + "')"
                        + " + (SELECT count(*) FROM checkpoints WHERE task_id IN ('" + tasks + "'))"
                        + " + (SELECT count(*) FROM steps WHERE task_id IN ('" + tasks + "')) AS n")
                .get("n"));
    }

    @Test
    void nothing_is_left_of_a_deleted_run_and_others_are_untouched() {
        Submission kept = ended(ONE_TASK);
        Submission run = ended(ONE_TASK.replace("'phases'", "'budgets':{'tokens':5},'timebox':'PT1H','phases'"));
        List<String> tasks = run.ready().tickets().stream().map(t -> t.taskId()).toList();
        assertThat(leftOf(run.runId(), tasks)).isGreaterThan(6);
        delete(run.runId());
        assertThat(leftOf(run.runId(), tasks)).isZero();
        assertThat(store.runs().view(run.runId(), true)).isEmpty();
        assertThat(store.runs().view(kept.runId(), true)).isPresent();
        assertThat(leftOf(
                        kept.runId(),
                        kept.ready().tickets().stream().map(t -> t.taskId()).toList()))
                .isGreaterThan(6);
    }

    @Test
    void what_has_not_ended_or_is_needed_is_refused_with_a_sentence() {
        Submission running = f.submit(TWO_PHASES);
        assertThat(store.deletions().begin(running.runId()).orElseThrow())
                .contains("has not ended, it is running", "orchestrator cancel " + running.runId());
        assertThat(store.deletions().begin("run-none").orElseThrow()).contains("there is no run run-none");
        assertThat(store.deletions().remove(running.runId(), 10)).isZero();
        f.complete(f.claimOne(f.worker(), running), Json.of(1));
        store.runs().cancel(running.runId(), "a test");
        Submission needing = takingOver(running);
        assertThat(store.deletions().begin(running.runId()).orElseThrow()).contains(needing.runId());
        assertThat(store.deletions().endedBefore(0, 10)).isEmpty();
    }

    @Test
    void what_took_over_from_a_deleted_run_stays_but_is_not_gone_on_with() {
        Submission first = f.submit(TWO_PHASES);
        f.complete(f.claimOne(f.worker(), first), Json.of(1));
        store.runs().cancel(first.runId(), "a test");
        Submission second = takingOver(first);
        store.runs().cancel(second.runId(), "a test");
        delete(first.runId());
        assertThat(store.runs().view(second.runId(), true)).isPresent();
        assertThatThrownBy(() -> store.reopening().retry(second.runId()))
                .isInstanceOf(Reopening.Refused.class)
                .hasMessageContaining("run " + first.runId() + " has done, which has been deleted");
        assertThatThrownBy(() -> takingOver(second))
                .isInstanceOf(TakeOverRefused.class)
                .hasMessageContaining(first.runId());
    }

    @Test
    void a_run_that_is_being_deleted_is_neither_continued_nor_taken_over_from_and_is_found_again() {
        Submission run = f.submit(TWO_PHASES);
        f.complete(f.claimOne(f.worker(), run), Json.of(1));
        store.runs().cancel(run.runId(), "a test");
        assertThat(store.deletions().begin(run.runId())).isEmpty();
        assertThat(store.deletions().begin(run.runId())).isEmpty();
        assertThat(store.deletions().begun(10)).containsExactly(run.runId());
        assertThatThrownBy(() -> store.reopening().retry(run.runId())).hasMessageContaining("is being deleted");
        assertThatThrownBy(() -> takingOver(run)).hasMessageContaining("is being deleted");
    }

    @Test
    void runs_that_ended_long_ago_are_found_oldest_first() {
        Submission old = ended(ONE_TASK);
        assertThat(store.deletions().endedBefore(1, 10)).isEmpty();
        tested.advance(Duration.ofDays(3));
        f.submit(ONE_TASK);
        assertThat(store.deletions().endedBefore(1, 10)).containsExactly(old.runId());
    }
}
