package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static io.orchestrator.store.postgres.PoisonedRowsIT.DEEP;
import static io.orchestrator.store.postgres.PoisonedRowsIT.LONG_NUMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.schedule.InvalidScheduleException;
import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.StoreFixture;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A calendar that somebody else has spoilt, beside one that is sound: the sound one fires. */
class PoisonedSchedulesIT {
    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final Schedules schedules = tested.store.schedules();
    private final Rows rows = new Rows(tested.url);

    @BeforeEach
    void add() {
        for (String name : new String[] {"bad", "good"}) {
            schedules.add(new Schedules.Draft(
                    name,
                    StoreFixture.request(ONE_TASK),
                    "* * * * *",
                    "Europe/Berlin",
                    MissedPolicy.RUN_ONCE,
                    OverlapPolicy.ALLOW));
        }
        tested.advance(Duration.ofMinutes(2));
        // It has been due for longer.
        rows.execute("UPDATE schedules SET next_at = next_at - interval '1 hour' WHERE name = 'bad'");
    }

    @AfterEach
    void close() {
        tested.close();
    }

    private void spoil(String assignment) {
        rows.execute("UPDATE schedules SET " + assignment + " WHERE name = 'bad'");
    }

    private Schedules.View bad() {
        return schedules.find("bad").orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inputs = " + LONG_NUMBER,
                "inputs = " + DEEP,
                "inputs = '[]'",
                "plan = " + DEEP,
                "plan = '{}'",
                "plan = '[]'",
                "agents = " + LONG_NUMBER,
                "agents = '7'",
                "cron = 'whenever'",
                "zone = 'Middle/Earth'",
                "next_at = '-infinity'",
                "next_at = '4713-01-01 BC'"
            })
    void that_cannot_fire_is_set_aside_at_once_with_the_reason_and_the_other_fires(String spoilt) {
        spoil(spoilt);
        Schedules.Round round = schedules.fireDue(10);
        assertThat(round.fired()).isEqualTo(1);
        assertThat(round.runs()).hasSize(1);
        assertThat(schedules.find("good").orElseThrow().lastRunId())
                .contains(round.runs().getFirst());
        assertThat(bad().isSetAside()).isTrue();
        assertThat(bad().failing().orElseThrow().error()).isNotBlank();
        assertThat(schedules.list()).extracting(Schedules.View::name).containsExactly("bad", "good");
        assertThat(schedules.fireDue(10).fired()).as("it is left alone").isZero();
        assertThat(schedules.pause("bad").paused()).isTrue();
        assertThat(schedules.remove("bad")).isTrue();
    }

    @Test
    void that_was_mended_fires_again_once_it_is_resumed_and_not_before_it_was_mended() {
        spoil("inputs = " + DEEP);
        schedules.fireDue(10);
        assertThatThrownBy(() -> schedules.resume("bad"))
                .isInstanceOf(Schedules.Refused.class)
                .hasMessageContaining("the inputs of schedule bad cannot be read");
        spoil("inputs = '{}'");
        assertThat(schedules.resume("bad").failing()).isEmpty();
        assertThat(bad().isSetAside()).isFalse();
        tested.advance(Duration.ofMinutes(2));
        assertThat(schedules.fireDue(10).fired()).isEqualTo(2);
    }

    @Test
    void that_has_no_valid_expression_is_not_resumed() {
        spoil("cron = 'whenever'");
        schedules.fireDue(10);
        assertThatThrownBy(() -> schedules.resume("bad")).isInstanceOf(InvalidScheduleException.class);
    }

    @Test
    void that_fails_for_another_reason_is_put_off_and_fires_when_that_has_passed() {
        // The run of its firing cannot be stored for now.
        rows.execute("ALTER TABLE runs ADD CONSTRAINT not_now CHECK (key NOT LIKE 'schedule:bad:%') NOT VALID");
        assertThat(schedules.fireDue(10).runs()).hasSize(1);
        assertThat(bad().failing().orElseThrow().inARow()).isEqualTo(1);
        assertThat(bad().isSetAside()).isFalse();
        assertThat(schedules.fireDue(10).fired()).as("it waits").isZero();
        rows.execute("ALTER TABLE runs DROP CONSTRAINT not_now");
        rows.execute("UPDATE schedules SET not_before = clock_timestamp() WHERE name = 'bad'");
        assertThat(schedules.fireDue(10).runs()).hasSize(1);
        assertThat(bad().failing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "294276-12-31"})
    void that_is_never_due_keeps_nobody_from_sleeping(String instant) {
        rows.execute("DELETE FROM schedules WHERE name = 'good'");
        spoil("next_at = '" + instant + "'");
        assertThat(schedules.untilNext().orElseThrow()).isEqualTo(Duration.ofDays(1));
        assertThat(schedules.list()).hasSize(1);
        assertThat(schedules.fireDue(10).fired()).isZero();
    }

    @Test
    void that_has_missed_a_year_takes_turns_with_the_other() {
        spoil("next_at = clock_timestamp() - interval '1 year', missed = 'run-all'");
        assertThat(schedules.fireDue(2).runs())
                .contains(schedules.find("good").orElseThrow().lastRunId().orElseThrow());
        String before = schedules.find("good").orElseThrow().lastRunId().orElseThrow();
        tested.advance(Duration.ofMinutes(1));
        schedules.fireDue(2);
        assertThat(schedules.find("good").orElseThrow().lastRunId().orElseThrow())
                .isNotEqualTo(before);
        assertThat(bad().lastResult()).contains("submitted");
        assertThat(schedules.lateness()).isGreaterThan(Duration.ofDays(300));
    }
}
