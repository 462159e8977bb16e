package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PlanFault;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Phases that are added to a run one by one: as if all of them had been written into one plan. */
public abstract class PhaseAdditionContract extends StoreContract {
    private static final String A = "{'phase':'A','agents':['X']}";
    private static final String B = "{'phase':'B','agents':['Y']}";

    private AddedPhase add(String phaseKey, String phase) {
        return add(phaseKey, phase, Json.EMPTY_OBJECT, Optional.empty());
    }

    private AddedPhase add(String phaseKey, String phase, Json runBudgets, Optional<String> runTimebox) {
        return store.runs()
                .add(new PhaseAddition(
                        "run-abc", phaseKey, Json.parse(phase.replace('\'', '"')), runBudgets, runTimebox));
    }

    private ClaimedTask claim(AddedPhase phase) {
        return f.claim(f.worker(), phase.ready().tickets()).getFirst();
    }

    private RunView run(AddedPhase phase) {
        return store.runs().view(phase.runId(), true).orElseThrow();
    }

    @Test
    void a_second_phase_waits_for_the_first_and_sees_its_output() {
        AddedPhase first = add("phase-a", A);
        ClaimedTask x = claim(first);
        AddedPhase second = add("phase-b", B);
        assertThat(second.runId()).isEqualTo(first.runId());
        assertThat(second.ready().tickets()).isEmpty();
        assertThat(run(second).phases()).extracting(RunView.Phase::name).containsExactly("A", "B");

        List<Ticket> next = f.complete(x, Json.of("made by X")).ready().tickets();
        ClaimedTask y = f.claim(f.worker(), next).getFirst();
        assertThat(y.phaseId()).isEqualTo(second.phaseId());
        assertThat(store.tasks().context(y.phaseId(), y.step()).upstream())
                .isEqualTo(Json.parse("{\"A\":{\"X\":\"made by X\"}}"));
        f.complete(y, Json.NULL);
        assertThat(run(first).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_run_that_has_completed_goes_on_with_a_further_phase() {
        AddedPhase first = add("phase-a", A);
        f.complete(claim(first), Json.of(7));
        assertThat(run(first).state()).isEqualTo(StageState.COMPLETED);

        AddedPhase second = add("phase-b", B);
        assertThat(run(second).state()).isEqualTo(StageState.RUNNING);
        assertThat(run(second).finishedAt()).isEmpty();
        ClaimedTask y = claim(second);
        assertThat(store.tasks().context(y.phaseId(), y.step()).upstream()).isEqualTo(Json.parse("{\"A\":{\"X\":7}}"));
        f.complete(y, Json.NULL);
        assertThat(run(second).state()).isEqualTo(StageState.COMPLETED);
        assertThat(store.runs().events(first.runId(), 0, 100))
                .extracting(EventView::kind)
                .containsExactly(
                        "run.submitted",
                        "phase.started",
                        "task.completed",
                        "phase.completed",
                        "run.completed",
                        "run.extended",
                        "phase.started",
                        "task.completed",
                        "phase.completed",
                        "run.completed");
    }

    @Test
    void the_same_phase_again_is_the_phase_that_is_there_and_another_under_its_name_is_a_conflict() {
        AddedPhase first = add("phase-a", A);
        AddedPhase second = add("phase-b", B);
        assertThat(add("phase-a", A)).isEqualTo(new AddedPhase(first.runId(), first.phaseId(), false, Ready.NOTHING));
        assertThat(add("phase-b", B)).isEqualTo(new AddedPhase(first.runId(), second.phaseId(), false, Ready.NOTHING));
        assertThatThrownBy(() -> add("phase-b", "{'phase':'C','agents':['Y']}"))
                .isInstanceOf(KeyConflict.class)
                .hasMessageContainingAll("phase-b", first.runId());
        assertThat(run(first).phases()).hasSize(2);
    }

    @Test
    void a_phase_that_says_what_it_needs_does_not_wait_for_the_one_before_it() {
        add("phase-a", A);
        AddedPhase second = add("phase-b", "{'phase':'B','needs':[],'agents':['Y']}");
        assertThat(second.ready().tickets()).hasSize(1);
        AddedPhase third = add("phase-c", "{'phase':'C','needs':['A'],'agents':['Z']}");
        assertThat(third.ready().tickets()).isEmpty();
        f.complete(claim(second), Json.NULL);
        assertThat(f.tasksByName(new Submission(third.runId(), true, Ready.NOTHING))
                        .values())
                .extracting(RunView.Task::name)
                .containsExactlyInAnyOrder("X", "Y");
    }

    @Test
    void faults_are_told_as_if_the_phase_were_the_first_and_nothing_is_stored() {
        AddedPhase first = add("phase-a", A);
        assertThat(refused("{'phase':'A','agents':['Y']}"))
                .extracting(PlanFault::pointer)
                .containsExactly("/phases/0/phase");
        assertThat(refused("{'phase':'B','needs':['C'],'agents':['Y']}"))
                .extracting(PlanFault::pointer)
                .containsExactly("/phases/0/needs/0");
        assertThat(run(first).phases()).hasSize(1);
    }

    private List<PlanFault> refused(String phase) {
        return catchThrowableOfType(InvalidPlanException.class, () -> add("phase-b", phase))
                .faults();
    }

    @Test
    void all_phases_draw_from_the_budget_of_the_run() {
        Json budget = Json.object("tokens", 10);
        AddedPhase first = add("phase-a", A, budget, Optional.empty());
        ClaimedTask x = claim(first);
        store.budgets().book(x.hold(), StoreFixture.usage(8));
        f.report(x.hold(), new Outcome.Completed(Json.NULL), StoreFixture.usage(8));

        ClaimedTask y = claim(add("phase-b", B, budget, Optional.empty()));
        assertThat(store.budgets().book(y.hold(), StoreFixture.usage(3)).exhausted())
                .isPresent();
        store.recovery().sweep(10);
        assertThat(run(first).state()).isEqualTo(StageState.RUNNING);
        f.fail(y, "stopped by the budget");
        assertThat(run(first).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void limits_of_the_run_that_differ_from_those_it_began_with_are_refused() {
        AddedPhase first = add("phase-a", A, Json.object("tokens", 10), Optional.of("PT1H"));
        assertThatThrownBy(() -> add("phase-b", B, Json.object("tokens", 11), Optional.empty()))
                .isInstanceOf(PhaseRefused.class)
                .hasMessageContainingAll(first.runId(), "{\"tokens\":10}", "{\"tokens\":11}");
        assertThatThrownBy(() -> add("phase-b", B, Json.EMPTY_OBJECT, Optional.of("PT2H")))
                .isInstanceOf(PhaseRefused.class)
                .hasMessageContainingAll(first.runId(), "PT1H", "PT2H");
    }

    @Test
    void the_timebox_of_the_run_goes_on_from_its_start() {
        AddedPhase first = add("phase-a", A, Json.EMPTY_OBJECT, Optional.of("PT1H"));
        Instant deadline = run(first).deadline().orElseThrow();
        f.complete(claim(first), Json.NULL);
        store.advance(Duration.ofMinutes(30));
        AddedPhase second = add("phase-b", B, Json.EMPTY_OBJECT, Optional.of("PT1H"));
        assertThat(second.ready().timersChanged()).isTrue();
        Instant now = run(second).deadline().orElseThrow();
        assertThat(store.timers().untilNext(java.util.Set.of()).orElseThrow())
                .isBetween(Duration.ofMinutes(26), Duration.ofMinutes(27).plusSeconds(1));
        assertThat(Duration.between(now, deadline).abs()).isLessThanOrEqualTo(Duration.ofMinutes(30));

        store.advance(Duration.ofMinutes(31));
        store.timers().fireDue(10);
        assertThat(run(second).state()).isEqualTo(StageState.TIMED_OUT);
        assertThatThrownBy(() -> add("phase-c", "{'phase':'C','agents':['Z']}"))
                .isInstanceOf(PhaseRefused.class)
                .hasMessageContainingAll(first.runId(), "timed_out", "orchestrator retry");
    }

    @Test
    void a_completed_run_whose_timebox_is_over_takes_no_further_phase() {
        AddedPhase first = add("phase-a", A, Json.EMPTY_OBJECT, Optional.of("PT1H"));
        f.complete(claim(first), Json.NULL);
        store.advance(Duration.ofMinutes(61));
        assertThatThrownBy(() -> add("phase-b", B))
                .isInstanceOf(PhaseRefused.class)
                .hasMessageContainingAll("timebox", first.runId());
        assertThat(run(first).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_run_that_failed_takes_no_further_phase() {
        AddedPhase first = add("phase-a", A);
        f.fail(claim(first), "no");
        assertThatThrownBy(() -> add("phase-b", B))
                .isInstanceOf(PhaseRefused.class)
                .hasMessageContainingAll("failed", "orchestrator retry " + first.runId());
    }

    @Test
    void a_phase_is_added_to_a_plan_that_was_submitted_whole_under_the_key() {
        Submission whole = f.submit(
                "{'name':'w','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']}]}",
                Optional.of("run-abc"));
        AddedPhase third = add("phase-c", "{'phase':'R','agents':['C']}");
        assertThat(third.runId()).isEqualTo(whole.runId());
        assertThat(third.ready().tickets()).isEmpty();
        ClaimedTask a = f.claimOne(f.worker(), whole);
        assertThat(f.complete(a, Json.NULL).ready().tickets()).as("Q alone").hasSize(1);
        assertThat(f.tasksByName(whole).values())
                .extracting(RunView.Task::state)
                .containsExactly(TaskState.COMPLETED, TaskState.QUEUED);
    }

    @Test
    void runs_and_phases_are_found_by_their_callers_names() {
        AddedPhase first = add("phase-a", A);
        assertThat(store.runs().runOfKey("run-abc")).contains(first.runId());
        assertThat(store.runs().runOfKey("another")).isEmpty();
        assertThat(store.runs().phasesOfKey(Optional.of("run-abc"), "phase-a")).containsExactly(first.phaseId());
        assertThat(store.runs().phasesOfKey(Optional.of("another"), "phase-a")).isEmpty();
        AddedPhase other = store.runs()
                .add(new PhaseAddition(
                        "run-xyz", "phase-a", Json.parse(A.replace('\'', '"')), Json.EMPTY_OBJECT, Optional.empty()));
        assertThat(store.runs().phasesOfKey(Optional.empty(), "phase-a"))
                .containsExactly(other.phaseId(), first.phaseId());
        assertThat(store.runs().phasesOfKey(Optional.empty(), "phase-b")).isEmpty();
    }
}
