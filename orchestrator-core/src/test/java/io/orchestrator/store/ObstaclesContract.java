package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.DeclineDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.FailureDecisions;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What does not go on by itself: tasks that nobody can do, and what was set aside. */
public abstract class ObstaclesContract extends StoreContract {
    private ClaimedTask declined(Submission run) {
        ClaimedTask task = f.claimOne(f.worker(), run);
        f.report(task.hold(), new Outcome.Declined("this worker knows no agent 'A'"));
        return task;
    }

    private List<Ticket> due() {
        return store.dispatch().due(10, Duration.ofMinutes(1));
    }

    @Test
    void a_declined_task_is_sent_again_after_a_wait_that_grows_to_half_a_minute() {
        Submission run = f.submit(ONE_TASK);
        for (int i = 1; i <= 8; i++) {
            declined(run);
            Duration wait = DeclineDecisions.sendAgainAfter(i);
            assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(30));
            assertThat(due()).as("after %s refusals", i).isEmpty();
            store.advance(wait);
            assertThat(due()).as("%s after %s refusals", wait, i).hasSize(1);
        }
        assertThat(DeclineDecisions.sendAgainAfter(8)).isEqualTo(DeclineDecisions.LONGEST);
    }

    @Test
    void that_nobody_knows_its_target_is_told_once_and_uses_up_no_attempt() {
        Submission run = f.submit(ONE_TASK);
        for (int i = 0; i < 4; i++) {
            declined(run);
        }
        assertThat(f.eventKinds(run)).containsOnlyOnce(EventKind.TASK_HANDED_BACK.wire());
        RunView.Task task = f.task(StoreFixture.firstTask(run));
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(task.attempts()).isEqualTo(1);
    }

    @Test
    void a_task_that_nobody_knows_is_told_with_its_target_and_an_age_that_goes_on() {
        Submission run = f.submit(ONE_TASK);
        assertThat(store.obstacles().unknownTargets(10)).isEmpty();
        declined(run);
        Obstacles.UnknownTarget first = store.obstacles().unknownTargets(10).getFirst();
        assertThat(first.target()).isEqualTo("agent:A");
        assertThat(first.runId()).isEqualTo(run.runId());
        assertThat(first.tasks()).isEqualTo(1);
        declined(run);
        Instant since = store.obstacles().unknownTargets(10).getFirst().since();
        assertThat(since).isEqualTo(first.since());
    }

    @Test
    void a_worker_that_knows_it_ends_the_matter() {
        Submission run = f.submit(ONE_TASK);
        declined(run);
        ClaimedTask task = f.claimOne(f.worker(), run);
        assertThat(store.obstacles().unknownTargets(10)).isEmpty();
        f.retry(task, Duration.ZERO);
        store.timers().fireDue(10);
        assertThat(store.obstacles().unknownTargets(10)).isEmpty();
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void each_worker_is_offered_it_once_beside_the_tickets_without_waiting() {
        Submission run = f.submit(ONE_TASK);
        String first = f.worker();
        assertThat(store.tasks().claimDeclined(first, 10))
                .as("nobody has declined it")
                .isEmpty();
        ClaimedTask task = f.claimOne(first, run);
        f.report(task.hold(), new Outcome.Declined("this worker knows no agent 'A'"));
        assertThat(store.tasks().claimDeclined(first, 10)).isEmpty();
        String second = f.worker();
        ClaimedTask again = store.tasks().claimDeclined(second, 10).getFirst();
        f.report(again.hold(), new Outcome.Declined("this worker knows no agent 'A'"));
        assertThat(store.tasks().claimDeclined(second, 10)).isEmpty();
        assertThat(store.tasks().claimDeclined(f.worker(), 10)).hasSize(1);
    }

    @Test
    void a_ticket_that_names_what_can_be_no_task_keeps_none_beside_it_from_being_claimed() {
        Submission run = f.submit(ONE_TASK);
        assertThat(store.tasks().claim(f.worker(), List.of("task-\0", StoreFixture.firstTask(run))))
                .extracting(ClaimedTask::runId)
                .containsExactly(run.runId());
    }

    @Test
    void without_tickets_too_it_is_not_offered_before_its_time() {
        Submission run = f.submit(ONE_TASK);
        declined(run);
        assertThat(store.tasks().claimNext(f.worker(), 10, List.of(Priority.values())))
                .isEmpty();
        store.advance(DeclineDecisions.LONGEST);
        assertThat(store.tasks().claimNext(f.worker(), 10, List.of(Priority.values())))
                .hasSize(1);
    }

    @Test
    void a_refusal_under_an_older_epoch_changes_nothing() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = declined(run);
        f.claimOne(f.worker(), run);
        assertThat(f.report(task.hold(), new Outcome.Declined("late")).accepted())
                .isEmpty();
        assertThat(f.task(task).state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void a_timer_that_was_set_aside_is_told() {
        long id = store.timers().schedule("act", Json.NULL, Duration.ZERO);
        for (int i = 0; i < FailureDecisions.MOST_IN_A_ROW; i++) {
            assertThat(store.obstacles().setAside(10)).isEmpty();
            store.timers().fireCustom(Set.of("act"), 10, timer -> {
                throw new IllegalStateException("boom");
            });
            store.advance(Duration.ofHours(1));
        }
        assertThat(store.obstacles().setAside(10)).singleElement().satisfies(aside -> {
            assertThat(aside.kind()).isEqualTo(Obstacles.Kind.TIMER);
            assertThat(aside.id()).isEqualTo(String.valueOf(id));
        });
    }

    @Test
    void a_task_that_is_set_aside_ends_as_dead_and_a_hold_that_is_not_current_sets_nothing_aside() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        store.tasks().setAside(new Hold(task.hold().taskId(), task.hold().epoch() + 1), "not this one");
        assertThat(f.task(task).state()).isEqualTo(TaskState.RUNNING);
        store.tasks().setAside(task.hold(), "it cannot be read");
        assertThat(f.task(task).state()).isEqualTo(TaskState.DEAD);
        assertThat(f.task(task).error()).contains("it cannot be read");
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
        assertThat(f.complete(task, Json.NULL).accepted()).isEmpty();
    }
}
