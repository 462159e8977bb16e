package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.TimerStore.CustomTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Retries and custom timers. */
public abstract class TimerStoreContract extends StoreContract {
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

    @Test
    void timers_whose_action_failed_stay_pending() {
        store.timers().schedule("a", Json.of(1), Duration.ZERO);
        store.timers().schedule("a", Json.of(2), Duration.ZERO);
        assertThatThrownBy(() -> store.timers().fireCustom(Set.of("a"), 10, timer -> {
                    if (timer.payload().equals(Json.of(2))) {
                        throw new IllegalStateException("boom");
                    }
                }))
                .hasMessage("boom");
        assertThat(fired("a")).hasSize(2);
    }

    @Test
    void a_cancelled_timer_does_not_fire() {
        long id = store.timers().schedule("a", Json.NULL, Duration.ZERO);
        assertThat(store.timers().cancel(id)).isTrue();
        assertThat(store.timers().cancel(id)).isFalse();
        assertThat(store.timers().cancel(4711)).isFalse();
        assertThat(fired("a")).isEmpty();
        long other = store.timers().schedule("a", Json.NULL, Duration.ZERO);
        assertThat(fired("a")).hasSize(1);
        assertThat(store.timers().cancel(other)).isFalse();
    }

    @Test
    void the_wait_for_the_next_timer_is_known() {
        assertThat(store.timers().untilNext()).isEmpty();
        assertThat(store.timers().stats().nextFireAt()).isEmpty();
        store.timers().schedule("a", Json.NULL, HOUR.multipliedBy(2));
        long first = store.timers().schedule("a", Json.NULL, HOUR);
        assertThat(store.timers().untilNext().orElseThrow()).isBetween(Duration.ofMinutes(59), HOUR);
        assertThat(store.timers().stats().pending()).isEqualTo(2);
        assertThat(store.timers().stats().nextFireAt()).isPresent();
        store.advance(HOUR.plusSeconds(1));
        assertThat(store.timers().untilNext()).contains(Duration.ZERO);
        store.timers().cancel(first);
        assertThat(store.timers().untilNext().orElseThrow()).isBetween(Duration.ofMinutes(58), Duration.ofMinutes(60));
    }

    private List<CustomTimer> fired(String... actions) {
        List<CustomTimer> fired = new ArrayList<>();
        store.timers().fireCustom(Set.of(actions), 100, fired::add);
        return fired;
    }
}
