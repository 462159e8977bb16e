package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.HeldPhases.Decided;
import io.orchestrator.store.HeldPhases.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a phase whose outputs miss a rubric. */
public abstract class RoundContract extends StoreContract {
    private static final Json POOR = Json.parse("{\"metrics\":{\"coverage\":0.5}}");
    private static final Json GOOD = Json.parse("{\"metrics\":{\"coverage\":0.95}}");

    private Submission submit(String policy) {
        return submit(policy, "");
    }

    private Submission submit(String policy, String more) {
        return f.submit("{'name':'r','phases':[{'phase':'P','agents':['A','B'],'rubrics':{'coverage_min':0.9},"
                + "'onRubricMiss':" + policy + more + "},{'phase':'Q','agents':['C']}]}");
    }

    /** Does both tasks of the round; what is ready after it. */
    private List<Ticket> round(List<Ticket> first, Json output) {
        String worker = f.worker();
        List<Ticket> second =
                f.complete(f.claim(worker, first).getFirst(), output).ready().tickets();
        return f.complete(f.claim(worker, second).getFirst(), output).ready().tickets();
    }

    private Submission held() {
        Submission run = submit("'hold'");
        assertThat(round(run.ready().tickets(), POOR)).isEmpty();
        assertThat(phase(run).state()).isEqualTo(StageState.HOLDING);
        return run;
    }

    private RunView.Phase phase(Submission run) {
        return f.phases(run).get("P");
    }

    private Decided decide(Submission run, Decision decision) {
        return store.heldPhases()
                .decide(new HeldPhases.Request(run.runId(), "P", decision, "anna", Optional.of("I looked")));
    }

    @Test
    void a_retried_phase_is_done_again_by_agents_that_are_told_why() {
        Submission run = submit("'retry'");
        List<Ticket> again = round(run.ready().tickets(), POOR);
        assertThat(phase(run).round()).isEqualTo(2);
        assertThat(phase(run).state()).isEqualTo(StageState.RUNNING);
        ClaimedTask first = f.claim(f.worker(), again).getFirst();
        assertThat(first.name()).isEqualTo("A");
        assertThat(first.round()).isEqualTo(2);
        assertThat(first.attempt()).isEqualTo(1);
        Json miss = first.input().get("rubricMiss").orElseThrow();
        assertThat(miss.get("round")).contains(Json.of(1));
        assertThat(miss.get("misses").orElseThrow())
                .isEqualTo(Json.parse("[{\"rubric\":\"coverage_min\",\"limit\":0.9,\"found\":0.5}]"));
        assertThat(f.eventKinds(run)).contains("phase.retrying").doesNotContain("phase.failed");
    }

    @Test
    void results_and_counters_are_those_of_the_present_round_and_money_is_that_of_all() {
        Submission run = submit("{'retry':2}");
        String worker = f.worker();
        ClaimedTask a = f.claim(worker, run.ready().tickets()).getFirst();
        ClaimedTask b = f.claim(
                        worker,
                        f.report(a.hold(), new Outcome.Completed(Json.object("old", true)), StoreFixture.usage(10))
                                .ready()
                                .tickets())
                .getFirst();
        List<Ticket> again = f.report(b.hold(), new Outcome.Completed(POOR), StoreFixture.usage(5))
                .ready()
                .tickets();
        assertThat(phase(run).total()).isEqualTo(1);
        assertThat(phase(run).completed()).isZero();
        assertThat(phase(run).usage().tokens()).isEqualTo(15);
        ClaimedTask a2 = f.claim(worker, again).getFirst();
        assertThat(store.tasks().context(a2.phaseId(), 0).upstream()).isEqualTo(Json.EMPTY_OBJECT);
        ClaimedTask b2 = f.claim(
                        worker,
                        f.report(a2.hold(), new Outcome.Completed(Json.of("new")), StoreFixture.usage(1))
                                .ready()
                                .tickets())
                .getFirst();
        assertThat(store.tasks().context(b2.phaseId(), 1).upstream()).isEqualTo(Json.parse("{\"P\":{\"A\":\"new\"}}"));
        ClaimedTask c = f.claim(worker, f.complete(b2, GOOD).ready().tickets()).getFirst();
        assertThat(store.tasks().context(c.phaseId(), 0).upstream())
                .isEqualTo(Json.parse("{\"P\":{\"A\":\"new\",\"B\":{\"metrics\":{\"coverage\":0.95}}}}"));
        assertThat(phase(run).state()).isEqualTo(StageState.COMPLETED);
        assertThat(phase(run).completed()).isEqualTo(2);
        assertThat(phase(run).usage().tokens()).isEqualTo(16);
        assertThat(store.runs().stats(phase(run).id()).orElseThrow().total()).isEqualTo(2);
        assertThat(phase(run).tasks()).extracting(RunView.Task::round).containsExactly(1, 1, 2, 2);
        assertThat(phase(run).tasks()).extracting(RunView.Task::state).containsOnly(TaskState.COMPLETED);
        assertThat(f.view(run).usage().tokens()).isEqualTo(16);
    }

    @Test
    void a_phase_whose_rounds_are_used_up_fails_with_the_reason() {
        Submission run = submit("'retry'");
        assertThat(round(round(run.ready().tickets(), POOR), POOR)).isEmpty();
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(run).reason().orElseThrow()).contains("coverage_min", "0.5", "round 2");
    }

    @Test
    void a_held_phase_starts_nothing_and_waits() {
        Submission run = held();
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        assertThat(phase(run).reason().orElseThrow()).contains("coverage_min");
        assertThat(store.recovery().sweep(10)).isEqualTo(Ready.NOTHING);
        assertThat(f.phases(run).get("Q").state()).isEqualTo(StageState.PENDING);
        assertThat(f.eventKinds(run)).endsWith("phase.holding");
    }

    @Test
    void an_accepted_phase_completes_with_what_it_has() {
        Submission run = held();
        Decided decided = decide(run, Decision.ACCEPT);
        assertThat(decided.state()).isEqualTo(StageState.COMPLETED);
        assertThat(decided.phaseId()).isEqualTo(phase(run).id());
        f.complete(f.claim(f.worker(), decided.ready().tickets()).getFirst(), Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
        EventView event = store.runs().events(run.runId(), 0, 100).stream()
                .filter(e -> e.kind().equals("phase.decided"))
                .findFirst()
                .orElseThrow();
        assertThat(event.data().text("by")).contains("anna");
        assertThat(event.data().text("reason")).contains("I looked");
        assertThat(event.data().text("decision")).contains("accept");
    }

    @Test
    void a_phase_that_a_person_retries_is_done_again_and_may_be_held_again() {
        Submission run = held();
        List<Ticket> again = decide(run, Decision.RETRY).ready().tickets();
        assertThat(phase(run).round()).isEqualTo(2);
        assertThat(round(again, POOR)).isEmpty();
        assertThat(phase(run).state()).isEqualTo(StageState.HOLDING);
        assertThat(decide(run, Decision.ACCEPT).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_phase_that_a_person_fails_fails_its_run() {
        Submission run = held();
        assertThat(decide(run, Decision.FAIL).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(run).reason().orElseThrow()).contains("coverage_min", "anna", "I looked");
    }

    @Test
    void only_the_first_decision_counts() {
        Submission run = held();
        decide(run, Decision.ACCEPT);
        assertThatThrownBy(() -> decide(run, Decision.FAIL))
                .isInstanceOf(HeldPhases.Refused.class)
                .hasMessageContaining("completed")
                .hasMessageContaining("anna has decided to accept");
        assertThat(phase(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void what_does_not_wait_cannot_be_decided() {
        Submission run = submit("'hold'");
        assertThatThrownBy(() -> decide(run, Decision.ACCEPT)).hasMessageContaining("it is running");
        assertThatThrownBy(() -> store.heldPhases()
                        .decide(new HeldPhases.Request(run.runId(), "X", Decision.ACCEPT, "a", Optional.empty())))
                .hasMessageContaining("no phase 'X'")
                .hasMessageContaining("P, Q");
        assertThatThrownBy(() -> store.heldPhases()
                        .decide(new HeldPhases.Request("run-none", "P", Decision.ACCEPT, "a", Optional.empty())))
                .hasMessageContaining("no run run-none");
    }

    @Test
    void a_held_phase_is_cancelled_with_its_run() {
        Submission run = held();
        assertThat(store.runs().cancel(run.runId(), "enough")).isTrue();
        assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
        assertThatThrownBy(() -> decide(run, Decision.ACCEPT)).hasMessageContaining("cancelled");
    }

    @Test
    void a_timebox_ends_the_waiting_for_a_person() {
        Submission run = submit("'hold'", ",'timebox':'PT1H'");
        round(run.ready().tickets(), POOR);
        store.advance(Duration.ofHours(2));
        store.timers().fireDue(10);
        store.recovery().sweep(10);
        assertThat(phase(run).state()).isEqualTo(StageState.TIMED_OUT);
        assertThat(f.view(run).state()).isEqualTo(StageState.TIMED_OUT);
    }

    @Test
    void a_phase_that_fails_elsewhere_in_the_run_ends_the_waiting() {
        Submission run = f.submit("{'name':'g','phases':[{'phase':'P','agents':['A'],'rubrics':{'coverage_min':0.9},"
                + "'onRubricMiss':'hold','needs':[]},{'phase':'Q','agents':['C'],'needs':[]}]}");
        Named<ClaimedTask> tasks = f.claimAll(run);
        f.complete(tasks.get("A"), POOR);
        f.fail(tasks.get("C"), "no way");
        store.recovery().sweep(10);
        assertThat(phase(run).state()).isEqualTo(StageState.CANCELLED);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
    }
}
