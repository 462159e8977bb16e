package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.schedule.InvalidScheduleException;
import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans that are run by the calendar: one run a firing, and a policy for every firing that comes at a bad time. */
public abstract class SchedulesContract extends StoreContract {
    private static final String HOURLY = "0 * * * *";

    private Schedules.View add(MissedPolicy missed, OverlapPolicy overlap) {
        return add("nightly", missed, overlap);
    }

    private Schedules.View add(String name, MissedPolicy missed, OverlapPolicy overlap) {
        return store.schedules()
                .add(new Schedules.Draft(
                        name, StoreFixture.request(ONE_TASK), HOURLY, "Europe/Berlin", missed, overlap));
    }

    private Schedules.View schedule() {
        return store.schedules().find("nightly").orElseThrow();
    }

    /** Lets time pass until the next firing is due by a second. */
    private Schedules.Round fireNext() {
        store.advance(store.schedules().untilNext().orElseThrow().plusSeconds(1));
        return store.schedules().fireDue(10);
    }

    private StageState state(String runId) {
        return store.runs().view(runId, false).orElseThrow().state();
    }

    private void finish(Schedules.Round round) {
        ClaimedTask task = f.claim(f.worker(), round.ready().tickets()).getFirst();
        f.complete(task, Json.NULL);
    }

    @Test
    void a_firing_makes_one_run_and_waits_for_the_next() {
        Schedules.View before = add(MissedPolicy.SKIP, OverlapPolicy.ALLOW);
        assertThat(store.schedules().fireDue(10).fired()).isZero();
        Schedules.Round round = fireNext();
        assertThat(round.fired()).isEqualTo(1);
        assertThat(round.runs()).hasSize(1);
        assertThat(round.ready().tickets()).hasSize(1);
        assertThat(store.schedules().fireDue(10).fired()).isZero();
        Schedules.View after = schedule();
        assertThat(after.lastRunId()).contains(round.runs().getFirst());
        assertThat(after.lastResult()).contains("submitted");
        assertThat(after.nextAt().orElseThrow()).isAfter(after.lastAt().orElseThrow());
        assertThat(before.lastRunId()).isEmpty();
    }

    @Test
    void the_run_of_a_firing_has_its_key_so_that_the_same_firing_never_makes_another() {
        add(MissedPolicy.SKIP, OverlapPolicy.ALLOW);
        Schedules.Round round = fireNext();
        RunRequest again = StoreFixture.request(ONE_TASK)
                .withKey(Schedules.key("nightly", schedule().lastAt().orElseThrow()));
        Submission known = store.runs().submit(again);
        assertThat(known.created()).isFalse();
        assertThat(known.runId()).isEqualTo(round.runs().getFirst());
    }

    @Test
    void missed_firings_are_skipped_where_that_is_the_policy() {
        add(MissedPolicy.SKIP, OverlapPolicy.ALLOW);
        store.advance(Duration.ofHours(5));
        Schedules.Round round = store.schedules().fireDue(10);
        assertThat(round.runs()).hasSizeLessThanOrEqualTo(1);
        assertThat(round.fired()).isPositive();
        assertThat(schedule().lastResult()).isPresent();
        assertThat(fireNext().runs()).hasSize(1);
    }

    @Test
    void one_run_stands_for_all_missed_firings_where_that_is_the_policy() {
        add(MissedPolicy.RUN_ONCE, OverlapPolicy.ALLOW);
        store.advance(Duration.ofHours(5));
        assertThat(store.schedules().fireDue(10).runs()).hasSize(1);
        assertThat(store.schedules().fireDue(10).fired()).isZero();
        assertThat(fireNext().runs()).hasSize(1);
    }

    @Test
    void every_missed_firing_has_its_run_where_that_is_the_policy() {
        add(MissedPolicy.RUN_ALL, OverlapPolicy.ALLOW);
        store.advance(Duration.ofHours(5));
        assertThat(store.schedules().fireDue(10).runs()).hasSizeBetween(5, 6).doesNotHaveDuplicates();
        assertThat(store.schedules().fireDue(10).fired()).isZero();
    }

    @Test
    void one_that_has_much_to_make_up_for_takes_turns_with_those_that_are_due_now() {
        add(MissedPolicy.RUN_ALL, OverlapPolicy.ALLOW);
        store.advance(Duration.ofDays(9));
        store.schedules().fireDue(3);
        add("sound", MissedPolicy.RUN_ONCE, OverlapPolicy.ALLOW);
        store.advance(Duration.ofMinutes(90));
        assertThat(store.schedules().lateness()).isGreaterThan(Duration.ofDays(8));
        Schedules.Round round = store.schedules().fireDue(2);
        assertThat(store.schedules().find("sound").orElseThrow().lastRunId())
                .hasValueSatisfying(run -> assertThat(round.runs()).contains(run));
        assertThat(schedule().lastRunId())
                .hasValueSatisfying(run -> assertThat(round.runs()).contains(run));
        assertThat(store.schedules().fireDue(300).fired())
                .as("each has its run")
                .isBetween(9 * 24 - 5, 9 * 24 + 1);
        assertThat(store.schedules().lateness()).isZero();
    }

    @Test
    void a_firing_that_finds_its_predecessor_at_work_is_skipped_where_that_is_the_policy() {
        add(MissedPolicy.SKIP, OverlapPolicy.SKIP);
        Schedules.Round first = fireNext();
        Schedules.Round second = fireNext();
        assertThat(second.fired()).isEqualTo(1);
        assertThat(second.runs()).isEmpty();
        assertThat(schedule().lastResult()).contains("skipped_overlap");
        assertThat(schedule().lastRunId()).contains(first.runs().getFirst());
        finish(first);
        assertThat(fireNext().runs()).hasSize(1);
    }

    @Test
    void it_runs_beside_it_where_that_is_the_policy() {
        add(MissedPolicy.SKIP, OverlapPolicy.ALLOW);
        String first = fireNext().runs().getFirst();
        String second = fireNext().runs().getFirst();
        assertThat(state(first)).isEqualTo(StageState.RUNNING);
        assertThat(state(second)).isEqualTo(StageState.RUNNING);
    }

    @Test
    void it_waits_for_it_where_that_is_the_policy_however_long_and_is_not_missed() {
        add(MissedPolicy.SKIP, OverlapPolicy.QUEUE);
        Schedules.Round first = fireNext();
        assertThat(store.schedules().untilNext()).isEmpty();
        store.advance(Duration.ofMinutes(90));
        assertThat(store.schedules().fireDue(10).fired()).isZero();
        finish(first);
        assertThat(store.schedules().untilNext()).contains(Duration.ZERO);
        assertThat(store.schedules().fireDue(10).runs()).hasSize(1);
    }

    @Test
    void it_takes_its_place_where_that_is_the_policy() {
        add(MissedPolicy.SKIP, OverlapPolicy.CANCEL_RUNNING);
        String first = fireNext().runs().getFirst();
        String second = fireNext().runs().getFirst();
        assertThat(state(first)).isEqualTo(StageState.CANCELLED);
        assertThat(state(second)).isEqualTo(StageState.RUNNING);
    }

    @Test
    void a_paused_schedule_does_not_fire_and_has_missed_nothing_when_it_goes_on() {
        add(MissedPolicy.RUN_ALL, OverlapPolicy.ALLOW);
        assertThat(store.schedules().pause("nightly").paused()).isTrue();
        store.advance(Duration.ofHours(5));
        assertThat(store.schedules().fireDue(10).fired()).isZero();
        assertThat(store.schedules().untilNext()).isEmpty();
        assertThat(store.schedules().resume("nightly").paused()).isFalse();
        assertThat(store.schedules().fireDue(10).fired()).isZero();
        assertThat(fireNext().runs()).hasSize(1);
    }

    @Test
    void a_schedule_can_be_run_now_and_still_fires() {
        Schedules.View before = add(MissedPolicy.SKIP, OverlapPolicy.ALLOW);
        Submission run = store.schedules().runNow("nightly");
        assertThat(run.ready().tickets()).hasSize(1);
        assertThat(schedule().lastRunId()).contains(run.runId());
        assertThat(schedule().nextAt()).isEqualTo(before.nextAt());
        assertThat(fireNext().runs()).hasSize(1).doesNotContain(run.runId());
    }

    @Test
    void a_removed_schedule_is_forgotten_and_its_runs_stay() {
        add(MissedPolicy.SKIP, OverlapPolicy.ALLOW);
        String run = fireNext().runs().getFirst();
        assertThat(store.schedules().remove("nightly")).isTrue();
        assertThat(store.schedules().remove("nightly")).isFalse();
        assertThat(store.schedules().list()).isEmpty();
        assertThat(state(run)).isEqualTo(StageState.RUNNING);
    }

    @Test
    void names_are_taken_once_and_known_or_refused() {
        add(MissedPolicy.SKIP, OverlapPolicy.ALLOW);
        assertThatThrownBy(() -> add(MissedPolicy.SKIP, OverlapPolicy.ALLOW))
                .isInstanceOf(Schedules.Refused.class)
                .hasMessageContaining("'nightly' already");
        assertThat(store.schedules().list()).hasSize(1);
        for (String name : List.of("daily", "")) {
            assertThatThrownBy(() -> store.schedules().pause(name)).isInstanceOf(Schedules.Refused.class);
            assertThatThrownBy(() -> store.schedules().resume(name)).isInstanceOf(Schedules.Refused.class);
            assertThatThrownBy(() -> store.schedules().runNow(name)).isInstanceOf(Schedules.Refused.class);
        }
    }

    @Test
    void a_bad_expression_is_not_kept() {
        RunRequest request = StoreFixture.request(ONE_TASK);
        assertThatThrownBy(() -> store.schedules()
                        .add(new Schedules.Draft(
                                "x", request, "now and then", "UTC", MissedPolicy.SKIP, OverlapPolicy.SKIP)))
                .isInstanceOf(InvalidScheduleException.class);
        assertThat(store.schedules().list()).isEmpty();
    }

    @Test
    void what_can_never_fire_is_refused_and_nothing_is_kept() {
        Schedules.Draft never = new Schedules.Draft(
                "x", StoreFixture.request(ONE_TASK), "0 0 30 2 *", "UTC", MissedPolicy.SKIP, OverlapPolicy.SKIP);
        assertThatThrownBy(() -> store.schedules().add(never))
                .isInstanceOf(InvalidScheduleException.class)
                .hasMessageContaining("never fires");
        assertThat(store.schedules().find("x")).isEmpty();
        assertThat(store.schedules().untilNext()).isEmpty();
    }
}
