package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static io.orchestrator.store.StoreFixture.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.orchestrator.agent.Usage;
import io.orchestrator.attempt.AttemptHistory;
import io.orchestrator.json.Json;
import io.orchestrator.run.Failure;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Accepting, cancelling and looking at runs. */
public abstract class RunStoreContract extends StoreContract {
    @Test
    void the_same_key_gives_the_same_run_and_another_plan_is_refused() {
        Submission one = f.submit(ONE_TASK, Optional.of("k1"));
        Submission two = f.submit(ONE_TASK.replace("':'", "' : '"), Optional.of("k1"));
        assertThat(two).isEqualTo(new Submission(one.runId(), false, Ready.NOTHING));
        assertThatThrownBy(() -> f.submit(ONE_TASK.replace("'A'", "'B'"), Optional.of("k1")))
                .isInstanceOf(KeyConflict.class)
                .hasMessageContaining(one.runId());
        assertThat(store.runs().list(10)).hasSize(1);
    }

    @Test
    void without_a_key_each_submission_is_a_run_of_its_own() {
        assertThat(f.submit(ONE_TASK).runId()).isNotEqualTo(f.submit(ONE_TASK).runId());
    }

    @Test
    void the_newest_runs_are_listed_first_and_without_tasks() {
        f.submit(ONE_TASK);
        Submission second = f.submit(ONE_TASK);
        Submission third = f.submit(ONE_TASK);
        List<RunView> newest = store.runs().list(2);
        assertThat(newest).extracting(RunView::id).containsExactly(third.runId(), second.runId());
        assertThat(newest.getFirst().phases().getFirst().tasks()).isEmpty();
        assertThat(newest.getFirst().phases().getFirst().open()).isEqualTo(1);
    }

    @Test
    void what_does_not_exist_is_not_found() {
        assertThat(store.runs().view("run-none", true)).isEmpty();
        assertThat(store.runs().task("task-none")).isEmpty();
        assertThat(store.runs().events("run-none", 0, 10)).isEmpty();
        assertThat(store.runs().cancel("run-none", "why")).isFalse();
    }

    @Test
    void events_of_a_run_have_no_gap_and_tell_its_story() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        f.complete(task, Json.of(1));
        List<EventView> events = store.runs().events(run.runId(), 0, 100);
        assertThat(events)
                .extracting(EventView::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(f.eventKinds(run))
                .containsExactly(
                        "run.submitted", "phase.started", "task.completed", "phase.completed", "run.completed");
        assertThat(events.get(2).taskId()).contains(task.hold().taskId());
        assertThat(events.get(2).epoch()).hasValue(task.hold().epoch());
        assertThat(events.get(2).attempt()).hasValue(1);
        assertThat(store.runs().events(run.runId(), 3, 1))
                .extracting(EventView::seq)
                .containsExactly(4L);
    }

    @Test
    void the_events_of_a_run_tell_what_became_of_each_attempt_of_a_task() {
        Submission run = f.submit(ONE_TASK);
        String worker = f.worker();
        ClaimedTask first = f.claimOne(worker, run);
        f.report(first.hold(), new Outcome.HandedBack("stopping", Duration.ZERO));
        ClaimedTask again = f.claimOne(worker, run);
        f.report(again.hold(), new Outcome.Retry(new Failure("boom", true, Optional.empty()), Duration.ZERO), usage(0));
        ClaimedTask second =
                f.claim(worker, store.timers().fireDue(10).ready().tickets()).getFirst();
        List<AttemptHistory.Past> running =
                AttemptHistory.of(f.task(second), store.runs().events(run.runId(), 0, 100));
        assertThat(running)
                .extracting(AttemptHistory.Past::attempt, AttemptHistory.Past::ended, AttemptHistory.Past::epoch)
                .containsExactly(tuple(1, "handed back", 1L), tuple(1, "failed", 2L), tuple(2, "running", 3L));
        assertThat(running).allSatisfy(past -> assertThat(past.startedAt()).isPresent());
        assertThat(running.get(1).why()).contains("boom");
        f.complete(second, Json.NULL);
        AttemptHistory.Past last = AttemptHistory.of(
                        f.task(second), store.runs().events(run.runId(), 0, 100))
                .getLast();
        assertThat(last.ended()).isEqualTo("completed");
        assertThat(last.workerId()).contains(worker);
        assertThat(last.startedAt()).isEqualTo(f.task(second).startedAt());
    }

    @Test
    void a_view_shows_how_each_task_stands() {
        Submission run = f.submit("{'name':'v','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']}]}");
        String worker = f.worker();
        List<ClaimedTask> held = store.tasks().claim(worker, List.of(StoreFixture.firstTask(run)));
        store.tasks().heartbeat(List.of(new Heartbeat(held.getFirst().hold(), 0.5, "half way", usage(3))));
        RunView.Phase phase = f.view(run).phases().getFirst();
        assertThat(List.of(phase.total(), phase.open(), phase.running(), phase.completed(), phase.failed()))
                .containsExactly(3, 3, 1, 0, 0);
        RunView.Task task = f.task(held.getFirst());
        assertThat(task.state()).isEqualTo(TaskState.RUNNING);
        assertThat(task.workerId()).contains(worker);
        assertThat(task.progress()).contains(0.5);
        assertThat(task.message()).contains("half way");
        assertThat(task.startedAt()).isPresent();
        assertThat(task.finishedAt()).isEmpty();
        assertThat(phase.tasks()).contains(task);
    }

    @Test
    void a_negative_progress_is_unknown() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        store.tasks().heartbeat(List.of(new Heartbeat(task.hold(), -0.5, "working", Usage.NONE)));
        assertThat(f.task(task).progress()).isEmpty();
        assertThat(f.task(task).message()).contains("working");
    }

    @Test
    void what_a_task_used_over_its_attempts_counts_once_in_task_phase_and_run() {
        Submission run = f.submit("{'name':'u','phases':[{'phase':'P','parallelism':2,'agents':['A','B']}]}");
        String worker = f.worker();
        Named<ClaimedTask> both = f.claimAll(run);
        ClaimedTask a = both.get("A");
        store.tasks().heartbeat(List.of(new Heartbeat(a.hold(), -1, "", usage(7))));
        f.report(a.hold(), new Outcome.Retry(new Failure("boom", true, Optional.empty()), Duration.ZERO), usage(10));
        ClaimedTask again =
                f.claim(worker, store.timers().fireDue(10).ready().tickets()).getFirst();
        assertThat(again.usedBefore()).satisfies(used -> assertSame(used, usage(10)));
        f.report(again.hold(), new Outcome.Completed(Json.NULL), usage(25));
        f.report(both.get("B").hold(), new Outcome.Completed(Json.NULL), usage(100));

        assertSame(f.task(a).usage(), usage(25));
        assertSame(f.view(run).phases().getFirst().usage(), usage(125));
        assertSame(f.view(run).usage(), usage(125));
    }

    @Test
    void what_a_cancelled_attempt_said_it_used_is_booked() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        store.tasks().heartbeat(List.of(new Heartbeat(task.hold(), -1, "", usage(7))));
        assertSame(f.view(run).usage(), usage(7));
        store.runs().cancel(run.runId(), "enough");
        assertSame(f.view(run).usage(), usage(7));
        assertSame(f.view(run).phases().getFirst().usage(), usage(7));
    }

    private static void assertSame(Usage found, Usage expected) {
        assertThat(found.tokens()).isEqualTo(expected.tokens());
        assertThat(found.costUsd()).isEqualByComparingTo(expected.costUsd());
        assertThat(found.toolMs()).isEqualTo(expected.toolMs());
    }

    @Test
    void what_cannot_be_stored_becomes_a_replacement_character() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.complete(task, Json.object("x\u0000", "a\u0000b\\u0000"));
        assertThat(f.task(task).output()).contains(Json.object("x\uFFFD", "a\uFFFDb\\u0000"));
    }

    @Test
    void an_output_that_has_no_place_in_the_store_is_refused_and_changes_nothing() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        assertThatThrownBy(() -> f.complete(task, Json.parse("[1e200000]"))).isInstanceOf(DataRejected.class);
        assertThat(f.task(task).state()).isEqualTo(TaskState.RUNNING);
        assertThat(f.fail(task, "cannot be stored").accepted()).hasSize(1);
    }

    @Test
    void cancelling_ends_tasks_in_every_state_and_closes_the_door_to_running_attempts() {
        Submission run = f.submit("""
                {'name':'c','phases':[{'phase':'P','parallelism':3,'agents':['A','B','C','D']},{'phase':'Q','agents':['E']}]}
                """);
        Named<ClaimedTask> three = f.claimAll(run);
        f.retry(three.get("A"), Duration.ofHours(1));
        f.handBack(three.get("B"), Duration.ZERO);
        assertThat(f.tasksByName(run).values())
                .extracting(RunView.Task::state)
                .containsExactly(TaskState.RETRYING, TaskState.QUEUED, TaskState.RUNNING, TaskState.PENDING);

        assertThat(store.runs().cancel(run.runId(), "enough")).isTrue();

        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.CANCELLED);
        assertThat(end.reason()).contains("enough");
        assertThat(end.finishedAt()).isPresent();
        assertThat(end.phases()).extracting(RunView.Phase::state).containsOnly(StageState.CANCELLED);
        assertThat(f.tasksByName(run).values())
                .allSatisfy(task -> assertThat(task.state()).isEqualTo(TaskState.CANCELLED))
                .allSatisfy(task -> assertThat(task.error()).contains("enough"));
        assertThat(f.complete(three.get("C"), Json.NULL).accepted()).isEmpty();
        assertThat(f.claim(f.worker(), run.ready().tickets())).isEmpty();
        assertThat(store.timers().stats().pending()).isZero();
    }

    @Test
    void cancelling_a_run_whose_failure_is_draining_does_not_wait() {
        Submission run = f.submit("{'name':'c','phases':[{'phase':'P','parallelism':2,'agents':['A','B']}]}");
        Named<ClaimedTask> both = f.claimAll(run);
        f.fail(both.get("A"), "no way");
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        assertThat(store.runs().cancel(run.runId(), "enough")).isTrue();
        assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.complete(both.get("B"), Json.NULL).accepted()).isEmpty();
        assertThat(f.tasksByName(run).get("A").state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void what_has_ended_is_not_cancelled() {
        Submission run = f.submit(ONE_TASK);
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        assertThat(store.runs().cancel(run.runId(), "too late")).isFalse();
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
        Submission other = f.submit(ONE_TASK);
        assertThat(store.runs().cancel(other.runId(), "enough")).isTrue();
        assertThat(store.runs().cancel(other.runId(), "again")).isFalse();
        assertThat(f.view(other).reason()).contains("enough");
    }
}
