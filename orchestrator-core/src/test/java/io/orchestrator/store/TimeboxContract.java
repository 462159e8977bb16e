package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Timeboxes of phases, runs and tasks: a notice, then the end, with what was checkpointed kept. */
public abstract class TimeboxContract extends StoreContract {
    private static final String PHASE_OF_AN_HOUR = """
            {'name':'t','phases':[{'phase':'P','timebox':'PT1H','parallelism':3,'agents':['A','B','C','D']},
              {'phase':'Q','agents':['E']}]}
            """;
    private static final String RUN_OF_AN_HOUR = """
            {'name':'t','timebox':'PT1H','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B'],'needs':[]},
              {'phase':'R','agents':['C'],'needs':['P']}]}
            """;

    private Optional<Instant> wrapUpBy(String worker, ClaimedTask task) {
        return store.leases()
                .renew(worker, StoreFixture.LEASE, List.of(task.hold()))
                .trusted()
                .getFirst()
                .wrapUpBy();
    }

    private TimerStore.Fired fireAfter(Duration time) {
        store.advance(time);
        return store.timers().fireDue(100);
    }

    @Test
    void the_holders_of_a_phases_tasks_are_asked_for_a_result_after_nine_tenths_of_its_timebox() {
        Submission run = f.submit(PHASE_OF_AN_HOUR);
        assertThat(run.ready().timersChanged()).isTrue();
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        assertThat(task.deadline()).isPresent();
        assertThat(fireAfter(Duration.ofMinutes(53)).fired()).isZero();
        assertThat(wrapUpBy(worker, task)).isEmpty();
        assertThat(fireAfter(Duration.ofMinutes(2)).fired()).isEqualTo(1);
        assertThat(wrapUpBy(worker, task)).isPresent();
        assertThat(f.task(task).state()).isEqualTo(TaskState.RUNNING);
        assertThat(f.eventKinds(run)).containsOnlyOnce("phase.wrap_up");
        assertThat(f.complete(task, Json.of("in time")).accepted()).hasSize(1);
    }

    @Test
    void at_the_end_of_a_phases_timebox_its_tasks_end_in_every_state_and_nothing_of_it_starts_afterwards() {
        Submission run = f.submit(PHASE_OF_AN_HOUR);
        Named<ClaimedTask> three = f.claimAll(run);
        f.retry(three.get("A"), Duration.ofMinutes(30));
        f.handBack(three.get("B"), Duration.ZERO);
        store.checkpoints().save(three.get("C").hold(), "half", Json.of(0.5), 3);
        TimerStore.Fired fired = fireAfter(Duration.ofMinutes(61));

        assertThat(f.claim(f.worker(), fired.ready().tickets())).isEmpty();
        assertThat(store.tasks().claimNext(f.worker(), 10)).isEmpty();
        assertThat(f.tasksByName(run).values()).hasSize(4).allSatisfy(task -> {
            assertThat(task.state()).isEqualTo(TaskState.TIMED_OUT);
            assertThat(task.error().orElseThrow()).contains("timebox");
        });
        assertThat(store.checkpoints().load(three.get("C").hold().taskId()))
                .contains(new Checkpoint(1, "half", Json.of(0.5)));
        assertThat(f.complete(three.get("C"), Json.NULL).accepted()).isEmpty();
        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.TIMED_OUT);
        assertThat(end.reason().orElseThrow()).contains("the phase's timebox");
        assertThat(end.phases())
                .extracting(RunView.Phase::state)
                .containsExactly(StageState.TIMED_OUT, StageState.CANCELLED);
        assertThat(store.timers().stats().pending()).isZero();
    }

    @Test
    void the_next_agent_of_a_sequential_phase_does_not_start_after_its_timebox() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','timebox':'PT1H','agents':['A','B']}]}");
        f.claimOne(f.worker(), run);
        fireAfter(Duration.ofMinutes(61));
        assertThat(f.tasksByName(run).names()).containsExactly("A");
        assertThat(f.view(run).state()).isEqualTo(StageState.TIMED_OUT);
    }

    @Test
    void nothing_is_claimed_after_its_deadline_even_before_the_timer_fires() {
        Submission run = f.submit(PHASE_OF_AN_HOUR);
        String worker = f.worker();
        store.advance(Duration.ofMinutes(61));
        assertThat(f.claim(worker, run.ready().tickets())).isEmpty();
        assertThat(store.tasks().claimNext(worker, 10)).isEmpty();
    }

    @Test
    void a_task_beyond_its_deadline_does_not_keep_others_from_being_claimed() {
        Submission late = f.submit(PHASE_OF_AN_HOUR);
        store.advance(Duration.ofMinutes(61));
        Submission run = f.submit(StoreFixture.ONE_TASK);
        assertThat(store.tasks().claimNext(f.worker(), 1))
                .extracting(ClaimedTask::runId)
                .containsExactly(run.runId());
        assertThat(late.runId()).isNotEqualTo(run.runId());
    }

    @Test
    void a_phase_and_a_run_that_end_in_time_leave_no_timer_behind() {
        Submission run =
                f.submit("{'name':'t','timebox':'PT9H','phases':[{'phase':'P','timebox':'PT1H','agents':['A']}]}");
        assertThat(store.timers().stats().pending()).isEqualTo(4);
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        assertThat(store.timers().stats().pending()).isZero();
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_timebox_does_not_wait_for_a_failure_to_drain() {
        Submission run = f.submit(PHASE_OF_AN_HOUR);
        Named<ClaimedTask> three = f.claimAll(run);
        f.fail(three.get("A"), "no way");
        fireAfter(Duration.ofMinutes(61));
        assertThat(f.tasksByName(run).values())
                .extracting(RunView.Task::state)
                .containsExactly(TaskState.FAILED, TaskState.TIMED_OUT, TaskState.TIMED_OUT, TaskState.TIMED_OUT);
        assertThat(f.phases(run).get("P").state()).isEqualTo(StageState.TIMED_OUT);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(run).reason()).contains("no way");
    }

    @Test
    void the_holders_of_all_running_phases_are_asked_for_a_result_after_nine_tenths_of_the_runs_timebox() {
        Submission run = f.submit(RUN_OF_AN_HOUR);
        assertThat(run.ready().timersChanged()).isTrue();
        String worker = f.worker();
        List<ClaimedTask> both = f.claim(worker, run.ready().tickets());
        assertThat(both).hasSize(2);
        assertThat(fireAfter(Duration.ofMinutes(55)).fired()).isEqualTo(1);
        both.forEach(task -> assertThat(wrapUpBy(worker, task)).isPresent());
    }

    @Test
    void at_the_end_of_a_runs_timebox_everything_of_it_ends() {
        Submission run = f.submit(RUN_OF_AN_HOUR);
        Named<ClaimedTask> both = f.claimAll(run);
        f.retry(both.get("B"), Duration.ofHours(9));
        fireAfter(Duration.ofMinutes(61));
        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.TIMED_OUT);
        assertThat(end.reason().orElseThrow()).contains("the run's timebox");
        assertThat(end.phases())
                .extracting(RunView.Phase::state)
                .containsExactly(StageState.TIMED_OUT, StageState.TIMED_OUT, StageState.CANCELLED);
        assertThat(f.tasksByName(run).values()).extracting(RunView.Task::state).containsOnly(TaskState.TIMED_OUT);
        assertThat(f.complete(both.get("A"), Json.NULL).accepted()).isEmpty();
        assertThat(store.timers().stats().pending()).isZero();
    }

    @Test
    void a_tasks_deadline_is_the_earliest_of_its_own_its_phases_and_its_runs() {
        Submission run = f.submit("""
                {'name':'t','timebox':'PT3H','phases':[{'phase':'P','timebox':'PT2H','parallelism':2,
                  'agents':[{'agent':'A','timebox':'PT1H'},{'agent':'B','timebox':'PT9H'}]},
                  {'phase':'Q','timebox':'PT9H','agents':['C'],'needs':[]}]}
                """);
        Instant end = f.view(run).deadline().orElseThrow();
        Named<ClaimedTask> tasks = f.claimAll(run);
        assertThat(end.minus(Duration.ofHours(2))).satisfies(t -> assertAbout(tasks.get("A"), t));
        assertThat(end.minus(Duration.ofHours(1))).satisfies(t -> assertAbout(tasks.get("B"), t));
        assertThat(end).satisfies(t -> assertAbout(tasks.get("C"), t));
    }

    private static void assertAbout(ClaimedTask task, Instant deadline) {
        assertThat(Duration.between(task.deadline().orElseThrow(), deadline).abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void a_task_beyond_its_own_timebox_ends_fails_its_phase_and_lets_the_others_finish() {
        Submission run = f.submit("""
                {'name':'t','phases':[{'phase':'P','parallelism':2,'agents':[{'agent':'A','timebox':'PT1H'},'B']}]}
                """);
        Named<ClaimedTask> both = f.claimAll(run);
        store.checkpoints().save(both.get("A").hold(), "half", Json.of(1), 3);
        assertThat(fireAfter(Duration.ofMinutes(59)).fired()).isZero();
        assertThat(fireAfter(Duration.ofMinutes(2)).fired()).isEqualTo(1);
        assertThat(f.complete(both.get("A"), Json.NULL).accepted()).isEmpty();
        assertThat(f.complete(both.get("B"), Json.of("kept")).accepted()).hasSize(1);
        assertThat(f.tasksByName(run).get("A").state()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(f.tasksByName(run).get("B").output()).contains(Json.of("kept"));
        assertThat(store.checkpoints().list(both.get("A").hold().taskId())).hasSize(1);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(run).reason().orElseThrow()).contains("timebox");
    }

    @Test
    void a_tasks_timebox_holds_over_all_its_attempts() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','agents':[{'agent':'A','timebox':'PT1H'}]}]}");
        ClaimedTask task = f.claimOne(f.worker(), run);
        store.advance(Duration.ofMinutes(50));
        f.retry(task, Duration.ofMinutes(20));
        assertThat(fireAfter(Duration.ofMinutes(11)).fired()).isEqualTo(1);
        assertThat(f.task(task).state()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(store.timers().stats().pending()).isZero();
    }

    @Test
    void a_task_that_ends_in_time_leaves_no_timer_behind() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','agents':[{'agent':'A','timebox':'PT1H'}]}]}");
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        assertThat(store.timers().stats().pending()).isZero();
    }
}
