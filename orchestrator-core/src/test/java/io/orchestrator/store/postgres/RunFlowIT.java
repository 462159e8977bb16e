package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.EventView;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseContext;
import io.orchestrator.store.Ready;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How runs move through the store, step by step, without any service. */
class RunFlowIT {
    private final StoreFixture f = new StoreFixture();

    @AfterEach
    void close() {
        f.close();
    }

    @Test
    void a_plan_of_two_phases_runs_to_its_end_and_passes_outputs_on() {
        Submission run = f.submit("""
                {'name':'two','inputs':{'a':1},'phases':[
                  {'phase':'ONE','agents':['First','Second'],'inputs':{'b':2}},
                  {'phase':'TWO','parallelism':2,'agents':['Third']}]}
                """);
        String worker = f.worker();
        ClaimedTask first = f.claimOne(worker, run);
        PhaseContext one = f.store.tasks().context(first.phaseId(), first.step());
        assertThat(one.input()).isEqualTo(Json.object("a", 1, "b", 2));
        assertThat(one.upstream()).isEqualTo(Json.EMPTY_OBJECT);

        ReportResult afterFirst = f.complete(first, Json.object("x", 1));
        assertThat(afterFirst.accepted()).containsExactly(first.hold());
        ClaimedTask second = f.claim(worker, afterFirst.ready().tickets()).getFirst();
        assertThat(second.target()).isEqualTo("Second");
        assertThat(f.store.tasks().context(second.phaseId(), second.step()).upstream())
                .isEqualTo(Json.parse("{\"ONE\":{\"First\":{\"x\":1}}}"));

        ClaimedTask third = f.claim(
                        worker, f.complete(second, Json.of("out")).ready().tickets())
                .getFirst();
        assertThat(f.store.tasks().context(third.phaseId(), third.step()).upstream())
                .isEqualTo(Json.parse("{\"ONE\":{\"First\":{\"x\":1},\"Second\":\"out\"}}"));
        assertThat(f.complete(third, Json.of(3)).ready()).isEqualTo(Ready.NOTHING);

        RunView end = f.view(run.runId());
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases()).extracting(RunView.Phase::state).containsOnly(StageState.COMPLETED);
        assertThat(end.finishedAt()).isPresent();
    }

    @Test
    void events_of_a_run_have_no_gap_and_tell_its_story() {
        Submission run = f.submit("{'name':'e','phases':[{'phase':'P','agents':['A']}]}");
        f.complete(f.claimOne(f.worker(), run), Json.of(1));
        List<EventView> events = f.store.runs().events(run.runId(), 0, 100);
        assertThat(events)
                .extracting(EventView::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events)
                .extracting(EventView::kind)
                .containsExactly(
                        "run.submitted", "phase.started", "task.completed", "phase.completed", "run.completed");
        assertThat(f.store.runs().events(run.runId(), 3, 1))
                .extracting(EventView::seq)
                .containsExactly(4L);
    }

    @Test
    void at_most_so_many_tasks_of_a_phase_are_released_at_once() {
        Submission run =
                f.submit("{'name':'p','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C','D','E']}]}");
        String worker = f.worker();
        List<Ticket> ready = new ArrayList<>(run.ready().tickets());
        assertThat(ready).hasSize(2);
        assertThat(f.view(run.runId()).phases().getFirst().tasks())
                .extracting(RunView.Task::state)
                .containsExactly(
                        TaskState.QUEUED, TaskState.QUEUED, TaskState.PENDING, TaskState.PENDING, TaskState.PENDING);
        int done = 0;
        while (!ready.isEmpty()) {
            ClaimedTask task = f.claim(worker, List.of(ready.removeFirst())).getFirst();
            ready.addAll(f.complete(task, Json.NULL).ready().tickets());
            assertThat(ready.size()).isLessThanOrEqualTo(2);
            done++;
        }
        assertThat(done).isEqualTo(5);
        assertThat(f.view(run.runId()).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_sharded_agent_runs_once_for_each_piece_and_its_outputs_come_together_in_order() {
        Submission run = f.submit("""
                {'name':'s','inputs':{'files':['a','b','c','d','e']},'phases':[
                  {'phase':'ONE','parallelism':9,'agents':[{'agent':'H','shard':{'over':'files','size':2}}]},
                  {'phase':'TWO','agents':['R']}]}
                """);
        String worker = f.worker();
        List<ClaimedTask> shards = f.claim(worker, run.ready().tickets());
        assertThat(shards).hasSize(3);
        List<Ticket> next = new ArrayList<>();
        for (ClaimedTask shard : shards.reversed()) {
            next.addAll(f.complete(shard, shard.input().get("files").orElseThrow())
                    .ready()
                    .tickets());
        }
        ClaimedTask last = f.claim(worker, next).getFirst();
        assertThat(f.store.tasks().context(last.phaseId(), 0).upstream())
                .isEqualTo(Json.parse("{\"ONE\":{\"H\":[[\"a\",\"b\"],[\"c\",\"d\"],[\"e\"]]}}"));
    }

    @Test
    void an_empty_array_gives_no_task_and_the_run_goes_on() {
        Submission run = f.submit("""
                {'name':'s','inputs':{'files':[]},'phases':[
                  {'phase':'ONE','agents':[{'agent':'H','shard':{'over':'files','size':2}}]},{'phase':'TWO','agents':['R']}]}
                """);
        assertThat(f.claimOne(f.worker(), run).target()).isEqualTo("R");
    }

    @Test
    void a_shard_over_nothing_fails_the_phase_with_the_reason() {
        Submission run = f.submit(
                "{'name':'s','phases':[{'phase':'ONE','agents':[{'agent':'H','shard':{'over':'files','size':2}}]}]}");
        RunView end = f.view(run.runId());
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("files");
    }

    @Test
    void phases_without_needs_of_each_other_run_side_by_side_and_meet_again() {
        Submission run = f.submit("""
                {'name':'g','phases':[{'phase':'A','agents':['a']},{'phase':'B','agents':['b'],'needs':['A']},
                  {'phase':'C','agents':['c'],'needs':['A']},{'phase':'D','agents':['d'],'needs':['B','C']}]}
                """);
        String worker = f.worker();
        List<Ticket> two =
                f.complete(f.claimOne(worker, run), Json.NULL).ready().tickets();
        assertThat(two).hasSize(2);
        List<ClaimedTask> both = f.claim(worker, two);
        assertThat(f.complete(both.get(0), Json.NULL).ready().tickets()).isEmpty();
        ClaimedTask last = f.claim(
                        worker, f.complete(both.get(1), Json.NULL).ready().tickets())
                .getFirst();
        assertThat(last.target()).isEqualTo("d");
    }

    @Test
    void the_same_key_gives_the_same_run_and_another_plan_is_refused() {
        String plan = "{'name':'k','phases':[{'phase':'P','agents':['A']}]}";
        Submission one = f.submit(plan, Optional.of("k1"));
        Submission two = f.submit(plan, Optional.of("k1"));
        assertThat(two.runId()).isEqualTo(one.runId());
        assertThat(two.created()).isFalse();
        assertThatThrownBy(() -> f.submit(plan.replace("'A'", "'B'"), Optional.of("k1")))
                .isInstanceOf(KeyConflict.class)
                .hasMessageContaining(one.runId());
        assertThat(f.store.runs().list(10)).hasSize(1);
    }

    @Test
    void a_failed_attempt_waits_for_its_timer_and_is_tried_again() {
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','agents':['A']}]}");
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        assertThat(f.retry(task, Duration.ZERO).ready().timersChanged()).isTrue();
        assertThat(f.task(task.hold().taskId()).state()).isEqualTo(TaskState.RETRYING);
        assertThat(f.claim(worker, run.ready().tickets())).isEmpty();

        List<Ticket> woken = f.store.timers().fireDue(10).ready().tickets();
        ClaimedTask again = f.claim(worker, woken).getFirst();
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.hold().epoch()).isGreaterThan(task.hold().epoch());
        assertThat(f.store.timers().fireDue(10).fired()).isZero();
    }

    @Test
    void a_task_that_fails_for_good_cancels_what_has_not_started_and_lets_the_others_finish() {
        Submission run = f.submit(
                "{'name':'r','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']},{'phase':'Q','agents':['D']}]}");
        List<ClaimedTask> two = f.claim(f.worker(), run.ready().tickets());
        f.fail(two.get(0), "no way");
        f.store.recovery().sweep(10);
        RunView during = f.view(run.runId());
        assertThat(during.state()).isEqualTo(StageState.RUNNING);
        assertThat(during.phases().getFirst().tasks())
                .extracting(RunView.Task::state)
                .containsExactly(TaskState.FAILED, TaskState.RUNNING, TaskState.CANCELLED);
        assertThat(f.complete(two.get(1), Json.of("kept")).accepted()).hasSize(1);
        RunView end = f.view(run.runId());
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason()).contains("no way");
        assertThat(end.phases())
                .extracting(RunView.Phase::state)
                .containsExactly(StageState.FAILED, StageState.CANCELLED);
        assertThat(end.phases().getFirst().tasks().get(1).output()).contains(Json.of("kept"));
    }

    @Test
    void cancelling_ends_everything_and_closes_the_door_to_running_attempts() {
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','parallelism':1,'agents':['A','B']}]}");
        ClaimedTask task = f.claimOne(f.worker(), run);
        assertThat(f.store.runs().cancel(run.runId(), "enough")).isTrue();
        assertThat(f.view(run.runId()).state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.complete(task, Json.NULL).accepted()).isEmpty();
        assertThat(f.store.runs().cancel(run.runId(), "again")).isFalse();
    }

    @Test
    void a_missed_rubric_fails_the_phase() {
        Submission run =
                f.submit("{'name':'r','phases':[{'phase':'P','agents':['A'],'rubrics':{'coverage_min':0.9}}]}");
        f.complete(f.claimOne(f.worker(), run), Json.parse("{\"metrics\":{\"coverage\":0.5}}"));
        RunView end = f.view(run.runId());
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("coverage_min", "0.5");
    }

    @Test
    void what_postgres_cannot_hold_becomes_a_replacement_character() {
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','agents':['A']}]}");
        ClaimedTask task = f.claimOne(f.worker(), run);
        f.complete(task, Json.of("a\u0000b\\u0000"));
        assertThat(f.task(task.hold().taskId()).output()).contains(Json.of("a\uFFFDb\\u0000"));
    }
}
