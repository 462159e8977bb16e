package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.plan.TaskType;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands behind a closed gate is held, and not lost. */
public abstract class GatesContract extends StoreContract {
    private static final Duration AGAIN = Duration.ofMinutes(10);
    private static final Closing CLOSING = Closing.because("a test");
    private static final Gate TARGET = Gate.ofTarget(TaskType.AGENT, "A");

    private List<Ticket> due() {
        return store.dispatch().due(10, AGAIN);
    }

    private void isHeld(Submission run) {
        assertThat(f.claim(f.worker(), run.ready().tickets())).isEmpty();
        assertThat(store.tasks().claimNext(f.worker(), 10)).isEmpty();
        store.dispatch().everythingIsDue(Duration.ZERO);
        assertThat(due()).isEmpty();
        assertThat(f.task(StoreFixture.firstTask(run)).state()).isEqualTo(TaskState.QUEUED);
    }

    private void isFreedBy(Gate gate, Submission run) {
        Gates.Opened opened = store.gates().open(gate);
        assertThat(opened.wasClosed()).isTrue();
        assertThat(opened.ready().tickets()).isEqualTo(run.ready().tickets());
        assertThat(f.claim(f.worker(), opened.ready().tickets())).hasSize(1);
    }

    private static String inLane(Priority lane) {
        return ONE_TASK.replace("'phases'", "'priority':'" + lane.wire() + "','phases'");
    }

    @Test
    void tasks_of_a_closed_run_are_held_until_it_is_opened() {
        Submission run = f.submit(ONE_TASK);
        assertThat(store.gates().close(Gate.ofRun(run.runId()), CLOSING)).isTrue();
        isHeld(run);
        isFreedBy(Gate.ofRun(run.runId()), run);
    }

    @ParameterizedTest
    @EnumSource(Priority.class)
    void tasks_of_a_closed_lane_are_held_until_it_is_opened(Priority lane) {
        Submission run = f.submit(inLane(lane));
        store.gates().close(Gate.ofLane(lane), CLOSING);
        isHeld(run);
        isFreedBy(Gate.ofLane(lane), run);
    }

    @Test
    void tasks_for_a_closed_target_are_held_until_it_is_opened() {
        Submission run = f.submit(ONE_TASK);
        store.gates().close(TARGET, CLOSING);
        isHeld(run);
        isFreedBy(TARGET, run);
    }

    @Test
    void other_gates_hold_nothing() {
        Submission run = f.submit(inLane(Priority.HIGH));
        store.gates().close(Gate.ofRun(f.submit(inLane(Priority.LOW)).runId()), CLOSING);
        store.gates().close(Gate.ofLane(Priority.LOW), CLOSING);
        store.gates().close(Gate.ofTarget(TaskType.AGENT, "AA"), CLOSING);
        store.gates().close(Gate.ofTarget(TaskType.TOOL, "A"), CLOSING);
        store.dispatch().everythingIsDue(Duration.ZERO);
        assertThat(due()).isEqualTo(run.ready().tickets());
        assertThat(f.claim(f.worker(), run.ready().tickets())).hasSize(1);
    }

    @Test
    void from_the_store_the_open_ones_are_taken_past_those_that_are_held() {
        Submission held = f.submit(ONE_TASK);
        Submission open = f.submit(ONE_TASK.replace("'A'", "'B'"));
        store.gates().close(TARGET, CLOSING);
        assertThat(store.tasks().claimNext(f.worker(), 1))
                .extracting(ClaimedTask::runId)
                .containsExactly(open.runId())
                .doesNotContain(held.runId());
    }

    @Test
    void what_runs_when_a_gate_closes_may_finish_and_what_follows_is_held() {
        Submission run = f.submit(
                "{'name':'g','phases':[{'phase':'P','agents':['A']},{'phase':'Q','needs':['P'],'agents':['A']}]}");
        ClaimedTask first = f.claimOne(f.worker(), run);
        store.gates().close(TARGET, CLOSING);
        List<Ticket> next = f.complete(first, Json.NULL).ready().tickets();
        assertThat(next).hasSize(1);
        assertThat(f.claim(f.worker(), next)).isEmpty();
        assertThat(store.gates().open(TARGET).ready().tickets()).isEqualTo(next);
    }

    @Test
    void opening_one_of_two_gates_frees_nothing() {
        Submission run = f.submit(ONE_TASK);
        Gate lane = Gate.ofLane(Priority.NORMAL);
        store.gates().close(TARGET, CLOSING);
        store.gates().close(lane, CLOSING);
        assertThat(store.gates().open(TARGET).ready().tickets()).isEmpty();
        isHeld(run);
        isFreedBy(lane, run);
    }

    @Test
    void a_gate_that_reopens_by_itself_counts_as_open_from_then_on() {
        Submission run = f.submit(ONE_TASK);
        store.gates().close(TARGET, CLOSING.reopeningAfter(Duration.ofMinutes(1)));
        isHeld(run);
        store.advance(Duration.ofSeconds(61));
        assertThat(store.gates().closed()).isEmpty();
        assertThat(due()).isEqualTo(run.ready().tickets());
        assertThat(f.claim(f.worker(), run.ready().tickets())).hasSize(1);
        assertThat(store.gates().open(TARGET).wasClosed()).isFalse();
    }

    @Test
    void closing_again_replaces_how_and_keeps_since_when() {
        store.gates().close(TARGET, CLOSING.reopeningAfter(Duration.ofMinutes(5)));
        Gates.Closed first = store.gates().closed().getFirst();
        assertThat(first.reopensAt()).contains(first.closedAt().plus(Duration.ofMinutes(5)));
        store.gates().close(TARGET, Closing.because("another").recallingTasks());
        assertThat(store.gates().closed())
                .containsExactly(new Gates.Closed(TARGET, "another", true, first.closedAt(), Optional.empty()));
    }

    @Test
    void pausing_again_keeps_the_first_reason_and_instant_and_may_recall_what_runs() {
        Gate run = Gate.ofRun(f.submit(ONE_TASK).runId());
        for (Gate gate : List.of(run, Gate.ofLane(Priority.LOW))) {
            store.gates().close(gate, Closing.because("the API is down"));
            Gates.Closed first = closed(gate);
            store.advance(Duration.ofMinutes(3));
            store.gates().close(gate, Closing.because("paused by its user").recallingTasks());
            store.gates().close(gate, Closing.because("once more"));
            assertThat(closed(gate))
                    .isEqualTo(new Gates.Closed(
                            gate, "the API is down", true, closed(gate).closedAt(), Optional.empty()));
            assertThat(closed(gate).closedAt()).isBeforeOrEqualTo(first.closedAt());
        }
    }

    private Gates.Closed closed(Gate gate) {
        return store.gates().closed().stream()
                .filter(closed -> closed.gate().equals(gate))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void opening_what_is_open_does_nothing() {
        f.submit(ONE_TASK);
        assertThat(store.gates().open(TARGET)).isEqualTo(Gates.Opened.NOTHING);
    }

    @Test
    void a_run_that_does_not_exist_or_has_ended_cannot_be_closed() {
        assertThat(store.gates().close(Gate.ofRun("run-0"), CLOSING)).isFalse();
        Submission run = f.submit(ONE_TASK);
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        assertThat(store.gates().close(Gate.ofRun(run.runId()), CLOSING)).isFalse();
        assertThat(store.gates().closed()).isEmpty();
    }

    @Test
    void the_gate_of_a_run_goes_with_the_run() {
        Submission run = f.submit(ONE_TASK);
        store.gates().close(Gate.ofRun(run.runId()), CLOSING);
        store.runs().cancel(run.runId(), "enough");
        assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
        assertThat(store.gates().closed()).isEmpty();
    }

    @Test
    void the_gate_of_a_run_does_not_reopen_by_itself() {
        Submission run = f.submit(ONE_TASK);
        assertThatThrownBy(() ->
                        store.gates().close(Gate.ofRun(run.runId()), CLOSING.reopeningAfter(Duration.ofMinutes(1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.gates().closed()).isEmpty();
    }

    @Test
    void pausing_and_resuming_a_run_are_told_in_its_log_once() {
        Submission run = f.submit(ONE_TASK);
        Gate gate = Gate.ofRun(run.runId());
        store.gates().close(gate, CLOSING);
        store.gates().close(gate, Closing.because("again"));
        store.gates().open(gate);
        store.gates().open(gate);
        assertThat(f.eventKinds(run)).containsExactly("run.submitted", "phase.started", "run.paused", "run.resumed");
    }
}
