package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.TimerStore.Fired;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Runs and phases that start later than they could. */
public abstract class StartContract extends StoreContract {
    private static final Duration WAIT = Duration.ofHours(2);
    private static final String DELAYED =
            "{'name':'d','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B'],'delay':'PT1H'}]}";

    private Submission submitLater(String plan, RunStart start) {
        return store.runs().submit(StoreFixture.request(plan).startingAt(start));
    }

    private Fired fireAfter(Duration time) {
        store.advance(time);
        return store.timers().fireDue(100);
    }

    @Test
    void a_run_that_starts_later_is_pending_until_then_and_its_timebox_counts_from_its_start() {
        Submission run = submitLater(ONE_TASK.replace("'phases'", "'timebox':'PT1H','phases'"), new RunStart.In(WAIT));
        assertThat(run.ready().tickets()).isEmpty();
        assertThat(run.ready().timersChanged()).isTrue();
        RunView waiting = f.view(run);
        assertThat(waiting.state()).isEqualTo(StageState.PENDING);
        assertThat(waiting.startedAt()).isEmpty();
        assertThat(waiting.deadline()).isEmpty();
        assertThat(waiting.startAt()).isPresent();

        assertThat(fireAfter(WAIT.minusMinutes(1)).fired()).isZero();
        store.recovery().sweep(10);
        assertThat(f.view(run).state()).isEqualTo(StageState.PENDING);

        Fired fired = fireAfter(Duration.ofMinutes(2));
        assertThat(fired.ready().timersChanged()).isTrue();
        assertThat(f.claim(f.worker(), fired.ready().tickets())).hasSize(1);
        assertThat(f.eventKinds(run)).containsExactly("run.submitted", "run.started", "phase.started");
        fireAfter(Duration.ofMinutes(58));
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        fireAfter(Duration.ofMinutes(3));
        assertThat(f.view(run).state()).isEqualTo(StageState.TIMED_OUT);
    }

    @Test
    void an_instant_that_has_passed_is_now() {
        Submission run = submitLater(ONE_TASK, new RunStart.At(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(run.ready().tickets()).hasSize(1);
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        assertThat(f.view(run).startAt()).isEmpty();
    }

    @Test
    void an_instant_to_come_is_kept() {
        Instant at = f.view(f.submit(ONE_TASK)).createdAt().plus(WAIT);
        Submission run = submitLater(ONE_TASK, new RunStart.At(at));
        assertThat(f.view(run).startAt()).contains(at);
        assertThat(fireAfter(WAIT.plusMinutes(1)).ready().tickets()).hasSize(1);
    }

    @Test
    void a_run_that_is_cancelled_before_its_start_never_starts() {
        Submission run = submitLater(ONE_TASK, new RunStart.In(WAIT));
        assertThat(store.runs().cancel(run.runId(), "not any more")).isTrue();
        assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
        assertThat(fireAfter(WAIT.plusMinutes(1))).isEqualTo(Fired.NOTHING);
        assertThat(f.eventKinds(run)).doesNotContain("run.started", "phase.started");
    }

    @Test
    void a_run_that_is_paused_before_its_start_starts_on_time_and_holds_its_tasks() {
        Submission run = submitLater(ONE_TASK, new RunStart.In(WAIT));
        Gate gate = Gate.ofRun(run.runId());
        assertThat(store.gates().close(gate, Closing.because("a test"))).isTrue();
        Fired fired = fireAfter(WAIT.plusMinutes(1));
        assertThat(f.view(run).state()).isEqualTo(StageState.RUNNING);
        assertThat(f.claim(f.worker(), fired.ready().tickets())).isEmpty();
        assertThat(f.claim(f.worker(), store.gates().open(gate).ready().tickets()))
                .hasSize(1);
    }

    @Test
    void a_phase_with_a_delay_starts_that_long_after_its_needs_are_met() {
        Submission run = f.submit(DELAYED);
        store.advance(WAIT);
        assertThat(f.complete(f.claimOne(f.worker(), run), Json.NULL).ready().timersChanged())
                .isTrue();
        assertThat(f.phases(run).get("Q").state()).isEqualTo(StageState.PENDING);
        assertThat(fireAfter(Duration.ofMinutes(59)).fired()).isZero();
        store.recovery().sweep(10);
        assertThat(f.phases(run).get("Q").state()).isEqualTo(StageState.PENDING);
        Fired fired = fireAfter(Duration.ofMinutes(2));
        ClaimedTask second = f.claim(f.worker(), fired.ready().tickets()).getFirst();
        f.complete(second, Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
        assertThat(f.eventKinds(run)).containsSubsequence("phase.completed", "phase.delayed", "phase.started");
        assertThat(f.eventKinds(run)).containsOnlyOnce("phase.delayed");
    }

    @Test
    void the_first_phase_may_have_a_delay_as_well() {
        Submission run = f.submit("{'name':'d','phases':[{'phase':'P','agents':['A'],'delay':'PT1H'}]}");
        assertThat(run.ready().tickets()).isEmpty();
        assertThat(store.timers().untilNext(Set.of())).isPresent();
        assertThat(fireAfter(Duration.ofMinutes(61)).ready().tickets()).hasSize(1);
    }

    @Test
    void a_run_that_is_cancelled_during_a_delay_ends_without_that_phase() {
        Submission run = f.submit(DELAYED);
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        store.runs().cancel(run.runId(), "enough");
        assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
        assertThat(fireAfter(WAIT)).isEqualTo(Fired.NOTHING);
        assertThat(store.timers().stats().pending()).isZero();
    }
}
