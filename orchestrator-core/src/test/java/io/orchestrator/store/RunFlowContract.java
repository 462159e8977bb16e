package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How runs move through the store, step by step, without any service. */
public abstract class RunFlowContract extends StoreContract {
    @Test
    void a_plan_of_two_phases_runs_to_its_end_and_passes_outputs_on() {
        Submission run = f.submit("""
                {'name':'two','inputs':{'a':1},'phases':[
                  {'phase':'ONE','agents':['First','Second'],'inputs':{'b':2}},
                  {'phase':'TWO','parallelism':2,'agents':['Third']}]}
                """);
        String worker = f.worker();
        ClaimedTask first = f.claimOne(worker, run);
        PhaseContext one = store.tasks().context(first.phaseId(), first.step());
        assertThat(one.input()).isEqualTo(Json.object("a", 1, "b", 2));
        assertThat(one.upstream()).isEqualTo(Json.EMPTY_OBJECT);

        ReportResult afterFirst = f.complete(first, Json.object("x", 1));
        assertThat(afterFirst.accepted()).containsExactly(first.hold());
        ClaimedTask second = f.claim(worker, afterFirst.ready().tickets()).getFirst();
        assertThat(second.target()).isEqualTo("Second");
        assertThat(store.tasks().context(second.phaseId(), second.step()).upstream())
                .isEqualTo(Json.parse("{\"ONE\":{\"First\":{\"x\":1}}}"));

        ClaimedTask third = f.claim(
                        worker, f.complete(second, Json.of("out")).ready().tickets())
                .getFirst();
        assertThat(store.tasks().context(third.phaseId(), third.step()).upstream())
                .isEqualTo(Json.parse("{\"ONE\":{\"First\":{\"x\":1},\"Second\":\"out\"}}"));
        assertThat(f.complete(third, Json.of(3)).ready()).isEqualTo(Ready.NOTHING);

        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases()).extracting(RunView.Phase::state).containsOnly(StageState.COMPLETED);
        assertThat(end.finishedAt()).isPresent();
    }

    @Test
    void at_most_so_many_tasks_of_a_phase_are_released_at_once() {
        Submission run =
                f.submit("{'name':'p','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C','D','E']}]}");
        String worker = f.worker();
        List<Ticket> ready = new ArrayList<>(run.ready().tickets());
        assertThat(ready).hasSize(2);
        assertThat(f.view(run).phases().getFirst().tasks())
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
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
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
        assertThat(store.tasks().context(last.phaseId(), 0).upstream())
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
        RunView end = f.view(run);
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
    void a_task_that_fails_for_good_cancels_what_has_not_started_and_lets_the_others_finish() {
        Submission run = f.submit(
                "{'name':'r','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']},{'phase':'Q','agents':['D']}]}");
        List<ClaimedTask> two = f.claim(f.worker(), run.ready().tickets());
        f.fail(two.get(0), "no way");
        store.recovery().sweep(10);
        RunView during = f.view(run);
        assertThat(during.state()).isEqualTo(StageState.RUNNING);
        assertThat(during.phases().getFirst().tasks())
                .extracting(RunView.Task::state)
                .containsExactly(TaskState.FAILED, TaskState.RUNNING, TaskState.CANCELLED);
        assertThat(f.complete(two.get(1), Json.of("kept")).accepted()).hasSize(1);
        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason()).contains("no way");
        assertThat(end.phases())
                .extracting(RunView.Phase::state)
                .containsExactly(StageState.FAILED, StageState.CANCELLED);
        assertThat(end.phases().getFirst().tasks().get(1).output()).contains(Json.of("kept"));
    }

    @Test
    void a_missed_rubric_fails_the_phase() {
        Submission run =
                f.submit("{'name':'r','phases':[{'phase':'P','agents':['A'],'rubrics':{'coverage_min':0.9}}]}");
        f.complete(f.claimOne(f.worker(), run), Json.parse("{\"metrics\":{\"coverage\":0.5}}"));
        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("coverage_min", "0.5");
    }
}
