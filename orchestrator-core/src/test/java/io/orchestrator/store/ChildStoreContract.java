package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ChildRefused;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Kinship;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks submit tasks and wait for them. */
public abstract class ChildStoreContract extends StoreContract {
    private ChildStore.Submitted submit(ClaimedTask parent, String key, Object input) {
        return store.children().submit(parent.hold(), spec(key, input));
    }

    private static ChildSpec spec(String key, Object input) {
        return new ChildSpec(key, "agent", "Reader", Json.object("page", input));
    }

    private ReportResult await(ClaimedTask parent) {
        return f.report(parent.hold(), new Outcome.Awaiting());
    }

    private ClaimedTask claim(List<Ticket> tickets) {
        assertThat(tickets).hasSize(1);
        return f.claim(f.worker(), tickets).getFirst();
    }

    private ClaimedTask childOf(ClaimedTask parent, String key) {
        return claim(submit(parent, key, key).ready().tickets());
    }

    private TaskState state(ClaimedTask task) {
        return f.task(task).state();
    }

    @Test
    void a_child_is_ready_at_once_in_its_parents_phase_and_step() {
        Submission run = f.submit("{'name':'t','inputs':{'a':1},'phases':[{'phase':'P','agents':['A','B']}]}");
        ClaimedTask parent = f.claimOne(f.worker(), run);
        ClaimedTask child = childOf(parent, "one");
        assertThat(child.phaseId()).isEqualTo(parent.phaseId());
        assertThat(child.step()).isEqualTo(parent.step());
        assertThat(child.name()).isEqualTo("A/one");
        assertThat(child.target()).isEqualTo("Reader");
        assertThat(child.input()).isEqualTo(Json.object("page", "one"));
        assertThat(Kinship.parentOf(child.hold().taskId()))
                .contains(parent.hold().taskId());
        RunView.Phase phase = f.view(run).phases().getFirst();
        assertThat(phase.total()).isEqualTo(2);
        assertThat(phase.open()).isEqualTo(2);
    }

    @Test
    void the_same_key_gives_the_same_child_in_every_attempt_and_other_content_is_refused() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String lost = f.worker();
        ClaimedTask first = f.claimOne(lost, run);
        ChildStore.Submitted made = submit(first, "one", 1);
        assertThat(made.created()).isTrue();
        ClaimedTask second =
                claim(store.recovery().takeAway(List.of(lost), 5).ready().tickets());
        ChildStore.Submitted again = submit(second, "one", 1);
        assertThat(again.created()).isFalse();
        assertThat(again.taskId()).isEqualTo(made.taskId());
        assertThat(again.ready().tickets()).isEmpty();
        assertThatThrownBy(() -> submit(second, "one", 2))
                .isInstanceOf(ChildRefused.class)
                .hasMessageContaining("key 'one'")
                .hasMessageContaining("another target or input");
        assertThat(f.view(run).phases().getFirst().total()).isEqualTo(2);
    }

    @Test
    void who_holds_an_older_epoch_submits_nothing_and_waits_for_nothing() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String lost = f.worker();
        ClaimedTask zombie = f.claimOne(lost, run);
        submit(zombie, "before", 1);
        store.recovery().takeAway(List.of(lost), 5);
        assertThatThrownBy(() -> submit(zombie, "after", 1)).isInstanceOf(AttemptRevoked.class);
        assertThat(await(zombie).accepted()).isEmpty();
        assertThat(state(zombie)).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void a_parent_waits_without_a_holder_and_goes_on_when_its_last_child_has_ended() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        store.checkpoints().save(parent.hold(), "asked", Json.of(7), 5);
        ClaimedTask good = childOf(parent, "good");
        ClaimedTask bad = childOf(parent, "bad");
        ReportResult waits = await(parent);
        assertThat(waits.accepted()).containsExactly(parent.hold());
        assertThat(waits.ready().tickets()).isEmpty();
        assertThat(state(parent)).isEqualTo(TaskState.WAITING);
        assertThat(f.task(parent).workerId()).isEmpty();
        assertThat(store.dispatch().due(10, Duration.ofHours(1)))
                .noneMatch(t -> t.taskId().equals(parent.hold().taskId()));

        assertThat(f.complete(good, Json.of("text")).ready().tickets()).isEmpty();
        ClaimedTask next = claim(f.fail(bad, "unreadable").ready().tickets());

        assertThat(next.hold().taskId()).isEqualTo(parent.hold().taskId());
        assertThat(next.hold().epoch()).isGreaterThan(parent.hold().epoch());
        assertThat(next.attempt()).isEqualTo(parent.attempt());
        assertThat(next.children()).isEqualTo(2);
        assertThat(next.openChildren()).isZero();
        assertThat(next.checkpoint().orElseThrow().data()).isEqualTo(Json.of(7));
        assertThat(store.children().results(next.hold().taskId()))
                .extracting(
                        ChildResult::key,
                        ChildResult::state,
                        c -> c.output().toString(),
                        c -> c.error().orElse("-"))
                .containsExactly(
                        tuple("good", "completed", "Optional[\"text\"]", "-"),
                        tuple("bad", "failed", "Optional.empty", "unreadable"));
        assertThat(f.eventKinds(run)).contains("task.waiting", "task.children_ended");
    }

    @Test
    void a_parent_that_asks_to_wait_after_its_last_child_has_ended_goes_straight_on() {
        ClaimedTask parent = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        f.complete(childOf(parent, "one"), Json.NULL);
        ClaimedTask next = claim(await(parent).ready().tickets());
        assertThat(next.hold().taskId()).isEqualTo(parent.hold().taskId());
    }

    @Test
    void the_wait_and_the_last_childs_end_in_one_batch_wake_the_parent_once() {
        ClaimedTask parent = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        ClaimedTask child = childOf(parent, "one");
        ReportResult both = store.tasks()
                .report(List.of(
                        new AttemptReport(parent.hold(), new Outcome.Awaiting(), Usage.NONE),
                        new AttemptReport(child.hold(), new Outcome.Completed(Json.of(1)), Usage.NONE)));
        assertThat(both.accepted()).hasSize(2);
        assertThat(both.ready().tickets())
                .extracting(Ticket::taskId)
                .containsExactly(parent.hold().taskId());
        assertThat(state(parent)).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void a_failed_child_fails_no_phase_and_outputs_of_children_are_not_the_phases() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']}]}");
        ClaimedTask parent = f.claimOne(f.worker(), run);
        f.fail(childOf(parent, "bad"), "no");
        f.complete(childOf(parent, "good"), Json.of("child's"));
        List<Ticket> next = f.complete(parent, Json.of("parent's")).ready().tickets();
        RunView.Phase phase = f.view(run).phases().getFirst();
        assertThat(phase.state()).isEqualTo(StageState.COMPLETED);
        assertThat(phase.total()).isEqualTo(3);
        assertThat(phase.completed()).isEqualTo(2);
        assertThat(phase.failed()).isZero();
        ClaimedTask later = claim(next);
        assertThat(store.tasks().context(later.phaseId(), later.step()).upstream())
                .isEqualTo(Json.object("P", Json.object("A", "parent's")));
    }

    @Test
    void a_phase_is_complete_only_when_children_are_and_their_spend_counts_once() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        ClaimedTask child = childOf(parent, "one");
        f.report(parent.hold(), new Outcome.Awaiting(), StoreFixture.usage(3));
        ReportResult ended = f.report(child.hold(), new Outcome.Completed(Json.NULL), StoreFixture.usage(10));
        ClaimedTask next = claim(ended.ready().tickets());
        assertThat(next.usedBefore().tokens()).isEqualTo(3);
        f.report(next.hold(), new Outcome.Completed(Json.NULL), StoreFixture.usage(5));
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
        assertThat(f.view(run).usage().tokens()).isEqualTo(15);
    }

    @Test
    void a_parent_that_ends_before_its_children_ends_them_and_theirs() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        ClaimedTask child = childOf(parent, "running");
        ClaimedTask grandchild = childOf(child, "deeper");
        String queued = submit(parent, "queued", 1).taskId();
        await(child);
        f.complete(parent, Json.of("early"));
        assertThat(List.of(state(child), state(grandchild), f.task(queued).state()))
                .containsOnly(TaskState.CANCELLED);
        assertThat(f.task(queued).error().orElseThrow()).contains("ended as completed without waiting");
        assertThat(f.complete(grandchild, Json.NULL).accepted()).isEmpty();
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void a_task_that_fails_for_good_or_runs_out_of_time_ends_its_children() {
        ClaimedTask fails = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        ClaimedTask orphan = childOf(fails, "one");
        f.fail(fails, "no");
        assertThat(state(orphan)).isEqualTo(TaskState.CANCELLED);

        ClaimedTask slow = f.claimOne(
                f.worker(),
                f.submit("{'name':'t','phases':[{'phase':'P','agents':[{'agent':'A','timebox':'PT1H'}]}]}"));
        ClaimedTask late = childOf(slow, "one");
        assertThat(late.deadline()).isEqualTo(slow.deadline());
        await(slow);
        store.advance(Duration.ofHours(2));
        store.timers().fireDue(10);
        assertThat(state(slow)).isEqualTo(TaskState.TIMED_OUT);
        assertThat(state(late)).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void cancelling_the_run_ends_children_and_whoever_waits_for_them() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        ClaimedTask child = childOf(parent, "one");
        await(parent);
        store.runs().cancel(run.runId(), "enough");
        assertThat(List.of(state(parent), state(child))).containsOnly(TaskState.CANCELLED);
        assertThat(f.view(run).state()).isEqualTo(StageState.CANCELLED);
    }

    @Test
    void a_timebox_of_the_phase_ends_children_and_whoever_waits_for_them() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','timebox':'PT1H','agents':['A']}]}");
        ClaimedTask parent = f.claimOne(f.worker(), run);
        ClaimedTask child = childOf(parent, "one");
        await(parent);
        store.advance(Duration.ofHours(2));
        store.timers().fireDue(10);
        assertThat(List.of(state(parent), state(child))).containsOnly(TaskState.TIMED_OUT);
        assertThat(f.view(run).state()).isEqualTo(StageState.TIMED_OUT);
    }

    @Test
    void a_phase_that_is_failing_ends_who_waits_but_lets_running_children_finish_and_starts_none() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','parallelism':2,'agents':['A','B']}]}");
        Named<ClaimedTask> both = f.claimAll(run);
        ClaimedTask parent = both.get("A");
        ClaimedTask running = childOf(parent, "running");
        f.fail(both.get("B"), "no");
        assertThat(submit(parent, "late", 1).ready().tickets()).isEmpty();
        await(parent);
        store.recovery().sweep(10);
        assertThat(state(parent)).isEqualTo(TaskState.CANCELLED);
        assertThat(state(running)).isEqualTo(TaskState.RUNNING);
        f.complete(running, Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void losing_workers_reclaims_nothing_of_a_parent_that_waits() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        String worker = f.worker();
        ClaimedTask parent = f.claimOne(worker, run);
        ClaimedTask child = childOf(parent, "one");
        await(parent);
        assertThat(store.recovery().takeAway(List.of(worker), 5).requeued()).isZero();
        assertThat(store.tasks().disown(worker, List.of()).tickets()).isEmpty();
        assertThat(state(parent)).isEqualTo(TaskState.WAITING);
        f.complete(child, Json.NULL);
        assertThat(state(parent)).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void a_child_that_dies_with_its_workers_is_seen_by_its_parent() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        String deadly = f.worker();
        f.claim(deadly, submit(parent, "one", 1).ready().tickets());
        await(parent);
        Recovery.Round round = store.recovery().takeAway(List.of(deadly), 1);
        assertThat(round.buried()).isEqualTo(1);
        ClaimedTask next = claim(round.ready().tickets());
        assertThat(store.children().results(next.hold().taskId()).getFirst().state())
                .isEqualTo("dead");
    }

    @Test
    void children_take_no_place_of_their_phase_and_their_parent_keeps_its_own() {
        Submission run = f.submit("{'name':'t','phases':[{'phase':'P','parallelism':1,'agents':['A','B']}]}");
        ClaimedTask parent = f.claimOne(f.worker(), run);
        ClaimedTask child = childOf(parent, "one");
        await(parent);
        List<Ticket> woken = f.complete(child, Json.NULL).ready().tickets();
        assertThat(f.tasksByName(run).get("B").state()).isEqualTo(TaskState.PENDING);
        f.complete(claim(woken), Json.NULL);
        assertThat(f.tasksByName(run).get("B").state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void generations_are_bounded() {
        List<ClaimedTask> line = new ArrayList<>(List.of(f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK))));
        for (int i = 0; i < Kinship.MOST_GENERATIONS; i++) {
            line.add(childOf(line.getLast(), "next"));
        }
        assertThatThrownBy(() -> submit(line.getLast(), "next", 1))
                .isInstanceOf(ChildRefused.class)
                .hasMessageContaining("5 generations below the plan");
        assertThat(store.children().results(line.getLast().hold().taskId())).isEmpty();
    }

    @Test
    void a_retried_parent_keeps_its_children() {
        Submission run = f.submit(StoreFixture.ONE_TASK);
        ClaimedTask first = f.claimOne(f.worker(), run);
        f.complete(childOf(first, "one"), Json.of("done"));
        f.retry(first, Duration.ZERO);
        ClaimedTask second = claim(store.timers().fireDue(10).ready().tickets());
        assertThat(second.children()).isEqualTo(1);
        assertThat(submit(second, "one", "one").created()).isFalse();
    }
}
