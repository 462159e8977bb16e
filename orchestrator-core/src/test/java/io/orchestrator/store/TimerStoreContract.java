package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Failure;
import io.orchestrator.run.FailureDecisions;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.TimerStore.CustomTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Retries and custom timers. */
public abstract class TimerStoreContract extends StoreContract {
    private static final Set<String> ACTIONS = Set.of("a");

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void a_failed_attempt_waits_for_its_timer_and_is_tried_again() {
        Submission run = f.submit(ONE_TASK);
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, run);
        assertThat(f.retry(task, HOUR).ready()).isEqualTo(new Ready(List.of(), true));
        assertThat(f.task(task).state()).isEqualTo(TaskState.RETRYING);
        assertThat(f.claim(worker, run.ready().tickets())).isEmpty();
        store.advance(Duration.ofMinutes(59));
        assertThat(store.timers().fireDue(10)).isEqualTo(TimerStore.Fired.NOTHING);

        store.advance(Duration.ofMinutes(2));
        TimerStore.Fired fired = store.timers().fireDue(10);
        assertThat(fired.fired()).isEqualTo(1);
        assertThat(fired.latenessMs()).isBetween(60_000L, 90_000L);
        ClaimedTask again = f.claim(worker, fired.ready().tickets()).getFirst();
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.hold().epoch()).isGreaterThan(task.hold().epoch());
        assertThat(store.timers().fireDue(10).fired()).isZero();
        assertThat(f.eventKinds(run)).containsOnlyOnce("task.retrying");
    }

    @Test
    void a_retry_that_is_reported_again_after_a_lost_answer_sets_no_second_timer() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.retry(task, HOUR);
        assertThat(f.retry(task, HOUR).accepted()).isEmpty();
        assertThat(store.timers().stats().pending()).isEqualTo(1);
        assertThat(f.task(task).attempts()).isEqualTo(2);
    }

    @Test
    void a_timer_of_an_older_attempt_wakes_nothing() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.retry(task, Duration.ZERO);
        store.ageRetries();
        TimerStore.Fired fired = store.timers().fireDue(10);
        assertThat(fired.fired()).isEqualTo(1);
        assertThat(fired.ready()).isEqualTo(Ready.NOTHING);
        assertThat(f.task(task).state()).isEqualTo(TaskState.RETRYING);
    }

    @Test
    void no_more_timers_fire_at_once_than_asked_for_and_the_earliest_fire_first() {
        Submission run = f.submit("{'name':'m','phases':[{'phase':'P','parallelism':3,'agents':['A','B','C']}]}");
        var tasks = f.claimAll(run);
        f.retry(tasks.get("A"), Duration.ofSeconds(30));
        f.retry(tasks.get("B"), Duration.ofSeconds(10));
        f.retry(tasks.get("C"), Duration.ofSeconds(20));
        store.advance(Duration.ofMinutes(1));
        assertThat(store.timers().fireDue(2).fired()).isEqualTo(2);
        assertThat(f.tasksByName(run).values())
                .extracting(RunView.Task::state)
                .containsExactly(TaskState.RETRYING, TaskState.QUEUED, TaskState.QUEUED);
        assertThat(store.timers().fireDue(2).fired()).isEqualTo(1);
    }

    @Test
    void a_custom_timer_fires_once_when_it_is_due_and_only_where_its_action_is_known() {
        long id = store.timers().schedule("report", Json.object("to", "me"), HOUR);
        assertThat(fired("report")).isEmpty();
        store.advance(HOUR.plusSeconds(1));
        assertThat(fired("other")).isEmpty();
        assertThat(store.timers().fireCustom(Set.of(), 10, timer -> {})).isZero();
        assertThat(store.timers().fireDue(10).fired()).isZero();
        assertThat(fired("other", "report")).containsExactly(new CustomTimer(id, "report", Json.object("to", "me")));
        assertThat(fired("other", "report")).isEmpty();
    }

    @Test
    void custom_timers_fire_in_the_order_in_which_they_are_due_and_no_more_than_asked_for() {
        long late = store.timers().schedule("a", Json.NULL, Duration.ofSeconds(3));
        long early = store.timers().schedule("a", Json.NULL, Duration.ofSeconds(1));
        long middle = store.timers().schedule("a", Json.NULL, Duration.ofSeconds(2));
        store.advance(Duration.ofMinutes(1));
        List<Long> order = new ArrayList<>();
        assertThat(store.timers().fireCustom(Set.of("a"), 2, timer -> order.add(timer.id())))
                .isEqualTo(2);
        assertThat(order).containsExactlyInAnyOrder(early, middle);
        assertThat(fired("a")).extracting(CustomTimer::id).containsExactly(late);
    }

    private int failCustom(String action) {
        return store.timers().fireCustom(Set.of(action), 10, timer -> {
            throw new IllegalStateException("boom");
        });
    }

    @Test
    void a_timer_whose_action_failed_keeps_no_other_from_firing_and_is_tried_again_a_little_later() {
        store.timers().schedule("a", Json.of(1), Duration.ZERO);
        assertThat(failCustom("a")).isEqualTo(1);
        store.timers().schedule("a", Json.of(2), Duration.ZERO);
        assertThat(fired("a")).extracting(CustomTimer::payload).containsExactly(Json.of(2));
        assertThat(store.timers().untilNext(Set.of("a"))).isEmpty();
        store.advance(Duration.ofSeconds(1));
        assertThat(fired("a")).extracting(CustomTimer::payload).containsExactly(Json.of(1));
    }

    @Test
    void a_timer_whose_action_fails_again_and_again_is_set_aside_and_can_be_cancelled() {
        long id = store.timers().schedule("a", Json.of(1), Duration.ZERO);
        for (int i = 0; i < FailureDecisions.MOST_IN_A_ROW; i++) {
            assertThat(failCustom("a")).isEqualTo(1);
            store.advance(Duration.ofHours(1));
        }
        assertThat(failCustom("a")).isZero();
        assertThat(store.timers().stats().pending()).isEqualTo(1);
        assertThat(store.timers().cancel(id).cancelled()).isTrue();
    }

    @Test
    void a_timer_that_was_set_aside_fires_once_somebody_has_resumed_it() {
        long id = store.timers().schedule("a", Json.of(1), Duration.ZERO);
        for (int i = 0; i < FailureDecisions.MOST_IN_A_ROW; i++) {
            failCustom("a");
            store.advance(Duration.ofHours(1));
        }
        assertThat(store.obstacles().setAside(10)).hasSize(1);
        assertThat(store.timers().resume(id)).isTrue();
        assertThat(store.obstacles().setAside(10)).isEmpty();
        assertThat(fired("a")).extracting(CustomTimer::id).containsExactly(id);
        assertThat(store.timers().resume(id)).isFalse();
        assertThat(store.timers().resume(4711)).isFalse();
    }

    @Test
    void a_cancelled_timer_does_not_fire() {
        long id = store.timers().schedule("a", Json.NULL, Duration.ZERO);
        assertThat(cancelled(id)).isTrue();
        assertThat(cancelled(id)).isFalse();
        assertThat(cancelled(4711)).isFalse();
        assertThat(fired("a")).isEmpty();
        long other = store.timers().schedule("a", Json.NULL, Duration.ZERO);
        assertThat(fired("a")).hasSize(1);
        assertThat(cancelled(other)).isFalse();
    }

    @Test
    void the_wait_for_the_next_timer_is_known() {
        assertThat(store.timers().untilNext(ACTIONS)).isEmpty();
        assertThat(store.timers().stats().nextFireAt()).isEmpty();
        store.timers().schedule("a", Json.NULL, HOUR.multipliedBy(2));
        long first = store.timers().schedule("a", Json.NULL, HOUR);
        assertThat(store.timers().untilNext(ACTIONS).orElseThrow()).isBetween(Duration.ofMinutes(59), HOUR);
        assertThat(store.timers().stats().pending()).isEqualTo(2);
        assertThat(store.timers().stats().nextFireAt()).isPresent();
        store.advance(HOUR.plusSeconds(1));
        assertThat(store.timers().untilNext(ACTIONS)).contains(Duration.ZERO);
        assertThat(cancelled(first)).isTrue();
        assertThat(store.timers().untilNext(ACTIONS).orElseThrow())
                .isBetween(Duration.ofMinutes(58), Duration.ofMinutes(60));
        assertThat(store.timers().untilNext(Set.of("another"))).isEmpty();
    }

    @Test
    void cancelling_a_retry_ends_its_task_with_all_that_follows() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        f.report(task.hold(), retryAfter("out of luck"), StoreFixture.usage(3));
        long timer = onlyTimer();
        store.timers().cancel(timer + 1);
        assertThat(store.timers()
                        .scheduleTimeout(f.view(run).phases().getFirst().id(), HOUR))
                .isPresent();
        assertThat(store.timers().cancel(timer)).isEqualTo(new TimerStore.Cancelled(true, Ready.NOTHING));

        RunView.Task ended = f.task(task);
        assertThat(ended.state()).isEqualTo(TaskState.FAILED);
        assertThat(ended.error())
                .contains("its retry was cancelled (timer " + timer + "); the attempt before it failed: out of luck");
        assertThat(ended.usage()).isEqualTo(StoreFixture.usage(3));
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(run).phases().getFirst().state()).isEqualTo(StageState.FAILED);
        assertThat(f.eventKinds(run)).endsWith("task.failed", "phase.failed", "run.failed");
        assertThat(store.timers().stats().pending()).isZero();
        assertThat(cancelled(timer)).isFalse();
    }

    @Test
    void a_place_that_a_cancelled_retry_leaves_is_not_filled_and_what_runs_may_finish() {
        Submission run = f.submit("{'name':'m','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']}]}");
        var tasks = f.claimAll(run);
        f.retry(tasks.get("A"), HOUR);
        assertThat(cancelled(onlyTimer())).isTrue();
        assertThat(f.complete(tasks.get("B"), Json.NULL).accepted()).isNotEmpty();
        store.recovery().sweep(10);
        assertThat(f.tasksByName(run).values())
                .extracting(RunView.Task::state)
                .containsExactly(TaskState.FAILED, TaskState.COMPLETED, TaskState.CANCELLED);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void a_parent_goes_on_when_the_retry_of_its_last_child_is_cancelled() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        ClaimedTask child = f.claim(
                        f.worker(),
                        store.children()
                                .submit(parent.hold(), new ChildSpec("c", "agent", "A", Json.EMPTY_OBJECT))
                                .ready()
                                .tickets())
                .getFirst();
        f.report(parent.hold(), new Outcome.Awaiting());
        f.retry(child, HOUR);
        assertThat(store.timers().cancel(onlyTimer()).ready().tickets())
                .extracting(Ticket::taskId)
                .containsExactly(parent.hold().taskId());
        assertThat(f.task(child).state()).isEqualTo(TaskState.FAILED);
        assertThat(f.task(parent).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void cancelling_the_timer_of_an_older_attempt_ends_nothing() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.retry(task, HOUR);
        long before = onlyTimer();
        store.ageRetries();
        assertThat(cancelled(before) || cancelled(before + 1)).isTrue();
        assertThat(f.task(task).state()).isEqualTo(TaskState.RETRYING);
    }

    @Test
    void a_timer_that_keeps_something_is_cancelled_only_through_what_it_keeps() {
        Submission run = f.submit(
                "{'name':'m','timebox':'PT3H','phases':[{'phase':'P','timebox':'PT2H',"
                        + "'agents':[{'agent':'A','timebox':'PT1H'}]},{'phase':'Q','needs':[],'delay':'PT1H','agents':['B']}]}");
        Submission later =
                store.runs().submit(StoreFixture.request(ONE_TASK).startingAt(new RunStart.In(Duration.ofDays(1))));
        long pending = store.timers().stats().pending();
        assertThat(pending).isEqualTo(7);
        List<String> refusals = new ArrayList<>();
        for (long id = 1; refusals.size() < pending; id++) {
            try {
                assertThat(cancelled(id)).isFalse();
            } catch (TimerRefused e) {
                refusals.add(e.getMessage());
            }
        }
        String owner = "orchestrator cancel " + run.runId();
        assertThat(refusals)
                .filteredOn(m -> m.contains("timebox of run"))
                .hasSize(2)
                .allMatch(m -> m.contains(owner));
        assertThat(refusals)
                .filteredOn(m -> m.contains("timebox of phase"))
                .hasSize(2)
                .allMatch(m -> m.contains(owner));
        assertThat(refusals)
                .filteredOn(m -> m.contains("timebox of task"))
                .hasSize(1)
                .allMatch(m -> m.contains(owner));
        assertThat(refusals)
                .filteredOn(m -> m.contains("delay of phase"))
                .hasSize(1)
                .allMatch(m -> m.contains(owner));
        assertThat(refusals)
                .filteredOn(m -> m.contains("start of run " + later.runId()))
                .hasSize(1);
        assertThat(store.timers().stats().pending()).isEqualTo(pending);
    }

    @Test
    void a_task_that_waits_for_a_timer_which_is_not_there_is_queued_again() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        f.retry(task, HOUR);
        assertThat(store.recovery().wakeForgotten(10)).isEqualTo(Ready.NOTHING);
        assertThat(f.task(task).state()).isEqualTo(TaskState.RETRYING);

        store.ageRetries();
        assertThat(store.recovery().wakeForgotten(10).tickets())
                .extracting(Ticket::taskId)
                .containsExactly(task.hold().taskId());
        assertThat(f.task(task).state()).isEqualTo(TaskState.QUEUED);
        assertThat(f.eventKinds(run)).endsWith("task.retry_restored");
        assertThat(store.recovery().wakeForgotten(10)).isEqualTo(Ready.NOTHING);
    }

    private static Outcome retryAfter(String error) {
        return new Outcome.Retry(new Failure(error, true, Optional.empty()), HOUR);
    }

    /** The number of the one timer that is pending: the store begins with none, and numbers them from 1. */
    private long onlyTimer() {
        assertThat(store.timers().stats().pending()).isEqualTo(1);
        return store.timers().schedule("a", Json.NULL, HOUR) - 1;
    }

    private boolean cancelled(long timerId) {
        return store.timers().cancel(timerId).cancelled();
    }

    private List<CustomTimer> fired(String... actions) {
        List<CustomTimer> fired = new ArrayList<>();
        store.timers().fireCustom(Set.of(actions), 100, fired::add);
        return fired;
    }
}
