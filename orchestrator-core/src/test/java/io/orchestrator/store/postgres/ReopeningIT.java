package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Reopening.Refused;
import io.orchestrator.store.Reopening.Reopened;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Going on with what has ended badly, and from an earlier checkpoint. */
class ReopeningIT {
    private static final String TWO =
            "{'name':'r','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']},{'phase':'Q','agents':['D']}]}";

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;

    @AfterEach
    void close() {
        tested.close();
    }

    @Test
    void a_failed_run_goes_on_with_what_is_not_done_and_keeps_what_is() {
        Submission run = f.submit(TWO);
        String worker = f.worker();
        List<ClaimedTask> two = inOrder(f.claim(worker, run.ready().tickets()));
        f.complete(two.get(0), Json.of("kept"));
        f.fail(two.get(1), "no");
        store.recovery().sweep(10);
        RunView failed = f.view(run);
        assertThat(failed.state()).isEqualTo(StageState.FAILED);

        Reopened reopened = store.reopening().retry(run.runId());
        assertThat(reopened.tasks()).isEqualTo(2);
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        List<ClaimedTask> again = f.claim(worker, reopened.ready().tickets());
        assertThat(again).extracting(ClaimedTask::target).containsExactlyInAnyOrder("B", "C");
        assertThat(again).extracting(ClaimedTask::attempt).containsOnly(1);
        f.complete(again.get(0), Json.NULL);
        ClaimedTask last = f.claim(
                        worker, f.complete(again.get(1), Json.NULL).ready().tickets())
                .getFirst();
        assertThat(last.target()).isEqualTo("D");
        f.complete(last, Json.NULL);
        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().completed()).isEqualTo(3);
        assertThat(end.phases().getFirst().failed()).isZero();
        assertThat(end.phases().getFirst().tasks().getFirst().output()).contains(Json.of("kept"));
    }

    @Test
    void epochs_go_on_rising_so_that_a_zombie_of_the_first_life_stays_fenced() {
        Submission run = f.submit(TWO);
        String worker = f.worker();
        ClaimedTask zombie = f.claim(worker, run.ready().tickets()).getFirst();
        store.runs().cancel(run.runId(), "stop");
        Reopened reopened = store.reopening().retry(run.runId());
        ClaimedTask holder = f.claim(worker, reopened.ready().tickets()).getFirst();
        assertThat(holder.hold().epoch()).isGreaterThan(zombie.hold().epoch());
        assertThat(f.complete(zombie, Json.of("stale")).accepted()).isEmpty();
    }

    @Test
    void a_task_continues_from_an_older_checkpoint_and_none_is_lost_by_going_back() {
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','agents':['A']}]}");
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        String id = task.hold().taskId();
        store.checkpoints().save(task.hold(), "good", Json.of(1), 5);
        store.checkpoints().save(task.hold(), "bad", Json.of(2), 5);
        Reopened resumed = store.reopening().resume(id, OptionalLong.of(1));
        assertThat(f.complete(task, Json.of("stale")).accepted()).isEmpty();
        ClaimedTask again = f.claim(worker, resumed.ready().tickets()).getFirst();
        assertThat(again.checkpoint().map(Checkpoint::token)).contains("good");
        assertThat(store.checkpoints().list(id)).hasSize(3);
        assertThat(store.checkpoints().save(again.hold(), "next", Json.of(3), 5))
                .isEqualTo(4);
    }

    @Test
    void a_waiting_retry_is_resumed_at_once_and_its_timer_does_nothing_more() {
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','agents':['A']}]}");
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        f.retry(task, Duration.ofHours(1));
        Reopened resumed = store.reopening().resume(task.hold().taskId(), OptionalLong.empty());
        assertThat(f.claim(worker, resumed.ready().tickets())).hasSize(1);
        assertThat(store.timers().stats().pending()).isZero();
    }

    @Test
    void resuming_a_failed_task_reopens_its_run() {
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','agents':['A']}]}");
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        store.checkpoints().save(task.hold(), "one", Json.of(1), 5);
        store.checkpoints().save(task.hold(), "two", Json.of(2), 5);
        f.fail(task, "no");
        Reopened resumed = store.reopening().resume(task.hold().taskId(), OptionalLong.of(1));
        ClaimedTask again = f.claim(worker, resumed.ready().tickets()).getFirst();
        assertThat(again.checkpoint().map(Checkpoint::token)).contains("one");
        assertThat(f.task(task.hold().taskId()).state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void what_is_done_or_unknown_is_refused() {
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','agents':['A']}]}");
        ClaimedTask task = f.claimOne(f.worker(), run);
        assertThatThrownBy(() -> store.reopening().retry(run.runId()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("has not ended");
        assertThatThrownBy(() -> store.reopening().resume(task.hold().taskId(), OptionalLong.of(7)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no checkpoint 7");
        f.complete(task, Json.NULL);
        assertThatThrownBy(() -> store.reopening().retry(run.runId())).hasMessageContaining("has completed");
        assertThatThrownBy(() -> store.reopening().resume(task.hold().taskId(), OptionalLong.empty()))
                .hasMessageContaining("has completed");
        assertThatThrownBy(() -> store.reopening().retry("run-none")).hasMessageContaining("no run run-none");
        assertThatThrownBy(() -> store.reopening().resume("task-none", OptionalLong.empty()))
                .hasMessageContaining("no task task-none");
    }

    /** Tickets come in any order when tasks are released anew. */
    private static List<ClaimedTask> inOrder(List<ClaimedTask> claimed) {
        return claimed.stream().sorted(Comparator.comparing(ClaimedTask::name)).toList();
    }

    private ClaimedTask child(ClaimedTask parent, String key) {
        ChildSpec spec = new ChildSpec(key, "agent", "C", Json.EMPTY_OBJECT);
        return f.claim(
                        f.worker(),
                        store.children().submit(parent.hold(), spec).ready().tickets())
                .getFirst();
    }

    @Test
    void children_are_done_again_with_a_parent_that_is_and_stay_as_they_are_with_one_that_completed() {
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','parallelism':2,'agents':['A','B']}]}");
        List<ClaimedTask> two = inOrder(f.claim(f.worker(), run.ready().tickets()));
        ClaimedTask done = two.get(0);
        f.fail(child(done, "failed"), "its parent did without");
        f.complete(done, Json.of("kept"));
        ClaimedTask failing = two.get(1);
        f.complete(child(failing, "good"), Json.of(1));
        ClaimedTask bad = child(failing, "bad");
        f.fail(bad, "no");
        f.fail(failing, "one child is missing");
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);

        Reopened reopened = store.reopening().retry(run.runId());

        assertThat(reopened.tasks()).isEqualTo(2);
        List<ClaimedTask> again = f.claim(f.worker(), reopened.ready().tickets());
        assertThat(again).extracting(ClaimedTask::name).containsExactlyInAnyOrder("B", "B/bad");
        ClaimedTask parent =
                again.stream().filter(t -> t.name().equals("B")).findFirst().orElseThrow();
        ClaimedTask child =
                again.stream().filter(t -> t.name().equals("B/bad")).findFirst().orElseThrow();
        assertThat(parent.openChildren()).isEqualTo(1);
        f.report(parent.hold(), new Outcome.Awaiting());
        List<Ticket> woken = f.complete(child, Json.of(2)).ready().tickets();
        f.complete(f.claim(f.worker(), woken).getFirst(), Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }
}
