package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.run.Reason.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WhyDecisionsTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final Situation.Fleet IDLE_WORKER = new Situation.Fleet(1, 4, 0);
    private static final Situation.Run RUNNING = run(StageState.RUNNING, Optional.empty(), Optional.empty());

    private final List<Situation.Phase> phases = new ArrayList<>();
    private final List<Situation.Task> tasks = new ArrayList<>();
    private final List<Situation.Gate> gates = new ArrayList<>();
    private Situation.Fleet fleet = IDLE_WORKER;

    private static Situation.Run run(StageState state, Optional<StageState> ending, Optional<String> reason) {
        return new Situation.Run(
                "run-1",
                state,
                ending,
                reason,
                NOON,
                state == StageState.PENDING ? Optional.of(NOON.plusSeconds(60)) : Optional.empty(),
                state.isFinal() ? Optional.of(NOON) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private void phase(String name, StageState state, String... needs) {
        phases.add(new Situation.Phase(
                "phase-" + name,
                name,
                state,
                Optional.empty(),
                state == StageState.HOLDING ? Optional.of("coverage 0.4 is below 0.9") : Optional.empty(),
                List.of(needs),
                Optional.empty(),
                Optional.empty(),
                2,
                state == StageState.HOLDING ? Optional.of(NOON) : Optional.empty(),
                Optional.empty()));
    }

    private void task(String id, TaskState state) {
        tasks.add(new Situation.Task(
                id,
                "phase-WORK",
                "Hasher",
                state,
                "agent:Hasher",
                "normal",
                state == TaskState.RETRYING ? 2 : 1,
                false,
                state == TaskState.WAITING ? 3 : 0,
                state == TaskState.RUNNING ? Optional.of("worker-1") : Optional.empty(),
                Optional.of(NOON),
                Optional.of(NOON),
                state == TaskState.RETRYING ? Optional.of(NOON.plusSeconds(8)) : Optional.empty(),
                Optional.of("boom"),
                state.isFinal() ? Optional.of(NOON) : Optional.empty(),
                Optional.empty(),
                id.endsWith("unknown"),
                id.endsWith("amiss") ? Optional.of("its row is gone") : Optional.empty()));
    }

    private void gate(String kind, String name, Optional<Instant> probeAt) {
        gates.add(new Situation.Gate(kind, name, "a test", NOON, Optional.empty(), probeAt));
    }

    private Situation situation(Situation.Run run) {
        return new Situation(run, phases, tasks, gates, fleet);
    }

    private List<Reason> why() {
        return WhyDecisions.ofRun(situation(RUNNING));
    }

    private Reason whyTask(String id) {
        return WhyDecisions.ofTask(situation(RUNNING), id).getLast();
    }

    @Test
    void a_run_that_has_ended_waits_for_nothing_and_says_why_it_ended() {
        Reason reason = WhyDecisions.ofRun(
                        situation(run(StageState.FAILED, Optional.empty(), Optional.of("no budget"))))
                .getFirst();
        assertThat(reason.kind()).isEqualTo(Kind.ENDED);
        assertThat(reason.text()).isEqualTo("the run has ended as failed: no budget");
        assertThat(reason.isWaiting()).isFalse();
    }

    @Test
    void what_holds_the_whole_run_comes_before_what_holds_its_parts() {
        phase("WORK", StageState.RUNNING);
        phase("NEXT", StageState.PENDING, "WORK");
        task("task-1", TaskState.QUEUED);
        gate("run", "run-1", Optional.empty());
        gate("run", "run-2", Optional.empty());
        assertThat(WhyDecisions.ofRun(
                        situation(run(StageState.RUNNING, Optional.of(StageState.FAILED), Optional.of("no budget")))))
                .extracting(Reason::kind)
                .containsExactly(Kind.ENDING, Kind.PAUSED, Kind.READY);
        assertThat(why()).extracting(Reason::kind).containsExactly(Kind.PAUSED, Kind.READY, Kind.NEEDS);
        assertThat(why().getFirst().text()).contains("a test", "orchestrator unpause run-1");
        assertThat(why().getLast().text()).isEqualTo("phase NEXT starts after WORK (running)");
    }

    @Test
    void a_run_that_starts_later_says_when() {
        assertThat(WhyDecisions.ofRun(situation(run(StageState.PENDING, Optional.empty(), Optional.empty()))))
                .singleElement()
                .satisfies(reason -> {
                    assertThat(reason.kind()).isEqualTo(Kind.START);
                    assertThat(reason.until()).contains(NOON.plusSeconds(60));
                });
    }

    @Test
    void a_phase_that_holds_says_what_to_type() {
        phase("WORK", StageState.HOLDING);
        assertThat(why()).singleElement().satisfies(reason -> {
            assertThat(reason.kind()).isEqualTo(Kind.DECISION);
            assertThat(reason.text()).contains("coverage 0.4", "orchestrator decide run-1 WORK accept");
            assertThat(reason.since()).contains(NOON);
        });
    }

    @Test
    void each_state_of_a_task_has_its_reason() {
        phase("WORK", StageState.RUNNING);
        task("task-1", TaskState.RUNNING);
        task("task-1.1", TaskState.QUEUED);
        task("task-2", TaskState.WAITING);
        task("task-3", TaskState.PENDING);
        task("task-4", TaskState.RETRYING);
        task("task-5", TaskState.DEAD);
        assertThat(whyTask("task-1").text()).isEqualTo("running as attempt 1 on worker-1");
        assertThat(whyTask("task-2").text()).isEqualTo("waits for 3 tasks that it has submitted");
        assertThat(whyTask("task-3").text()).contains("3 of 2 taken");
        assertThat(whyTask("task-4").text()).startsWith("attempt 1 failed: boom");
        assertThat(whyTask("task-4").until()).contains(NOON.plusSeconds(8));
        assertThat(whyTask("task-5").text()).isEqualTo("the task has ended as dead: boom");
        assertThat(why())
                .extracting(Reason::kind)
                .containsExactly(Kind.PARALLELISM, Kind.RETRY, Kind.CHILDREN, Kind.READY, Kind.RUNNING);
    }

    @Test
    void a_task_that_is_ready_is_held_by_a_gate_or_by_its_breaker_or_lacks_a_worker_or_a_slot() {
        phase("WORK", StageState.RUNNING);
        task("task-1", TaskState.QUEUED);
        assertThat(whyTask("task-1").kind()).isEqualTo(Kind.READY);
        fleet = new Situation.Fleet(2, 8, 8);
        assertThat(whyTask("task-1").text()).contains("8 of 8 of 2 workers");
        fleet = new Situation.Fleet(0, 0, 0);
        assertThat(whyTask("task-1").kind()).isEqualTo(Kind.NO_WORKER);
        gate("lane", "low", Optional.empty());
        gate("target", "agent:Other", Optional.empty());
        assertThat(whyTask("task-1").kind()).isEqualTo(Kind.NO_WORKER);
        gate("target", "agent:Hasher", Optional.of(NOON.plusSeconds(30)));
        assertThat(whyTask("task-1").kind()).isEqualTo(Kind.BREAKER);
        assertThat(whyTask("task-1").until()).contains(NOON.plusSeconds(30));
        gates.clear();
        gate("lane", "normal", Optional.empty());
        assertThat(whyTask("task-1").text()).isEqualTo("the lane normal is paused: a test");
    }

    @Test
    void what_the_engine_cannot_have_made_is_told_instead_of_what_the_state_would_mean() {
        phase("WORK", StageState.RUNNING);
        task("task-amiss", TaskState.WAITING);
        task("task-gone-amiss", TaskState.DEAD);
        for (String id : List.of("task-amiss", "task-gone-amiss")) {
            assertThat(whyTask(id).kind()).isEqualTo(Kind.AMISS);
            assertThat(whyTask(id).text()).contains("its row is gone", "a scheduler mends that");
        }
        assertThat(WhyDecisions.ofRun(situation(RUNNING.amiss("its phase is gone"))))
                .first()
                .satisfies(reason -> assertThat(reason.text()).contains("its phase is gone"));
    }

    @Test
    void a_task_whose_agent_nobody_knows_names_it() {
        phase("WORK", StageState.RUNNING);
        task("task-unknown", TaskState.QUEUED);
        assertThat(whyTask("task-unknown").kind()).isEqualTo(Kind.NO_AGENT);
        assertThat(whyTask("task-unknown").text()).contains("agent:Hasher");
    }

    @Test
    void tasks_of_a_phase_that_wait_for_the_same_are_told_together() {
        phase("WORK", StageState.RUNNING);
        for (int i = 0; i < 5; i++) {
            task("task-" + i, TaskState.QUEUED);
        }
        assertThat(why())
                .singleElement()
                .satisfies(reason -> assertThat(reason.text()).startsWith("5 tasks of WORK: is"));
    }
}
