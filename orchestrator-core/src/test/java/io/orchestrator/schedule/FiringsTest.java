package io.orchestrator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When cron expressions fire, above all where the clocks change. */
class FiringsTest {
    private static List<Instant> next(String cron, String zone, String after, int most) {
        return Firings.of(cron, zone).next(Instant.parse(after), most);
    }

    private static List<Instant> instants(String... texts) {
        return Arrays.stream(texts).map(Instant::parse).toList();
    }

    @Test
    void every_day_at_three_is_three_by_the_clocks_of_the_zone() {
        assertThat(next("0 3 * * *", "Europe/Berlin", "2026-01-10T12:00:00Z", 2))
                .isEqualTo(instants("2026-01-11T02:00:00Z", "2026-01-12T02:00:00Z"));
        assertThat(next("0 3 * * *", "Europe/Berlin", "2026-07-10T12:00:00Z", 1))
                .isEqualTo(instants("2026-07-11T01:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        // Clocks go from 02:00 to 03:00.
        "Europe/Berlin,    2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-30T00:30:00Z",
        "America/New_York, 2026-03-07T12:00:00Z, 2026-03-08T07:00:00Z, 2026-03-09T06:30:00Z"
    })
    void a_time_that_is_left_out_fires_once_at_the_change(String zone, String after, String change, String dayAfter) {
        assertThat(next("30 2 * * *", zone, after, 2)).isEqualTo(instants(change, dayAfter));
    }

    @ParameterizedTest
    @CsvSource({
        // Clocks go from 03:00 to 02:00 in Berlin, from 02:00 to 01:00 in New York.
        "30 2 * * *, Europe/Berlin,    2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
        "30 1 * * *, America/New_York, 2026-10-31T12:00:00Z, 2026-11-01T05:30:00Z, 2026-11-02T06:30:00Z"
    })
    void a_time_that_comes_twice_fires_at_the_first(
            String cron, String zone, String after, String first, String dayAfter) {
        assertThat(next(cron, zone, after, 2)).isEqualTo(instants(first, dayAfter));
    }

    @Test
    void several_times_that_are_left_out_fire_once_together() {
        assertThat(next("*/20 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2))
                .isEqualTo(instants("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "*/20 * * * *, 2026-10-25T00:40:00Z, 2026-10-25T01:00:00Z, 2026-10-25T01:20:00Z",
        "0 * * * *,    2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        "0 */2 * * *,  2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z, 2026-10-25T03:00:00Z"
    })
    void a_rhythm_goes_on_through_the_hour_that_comes_twice(String cron, String first, String second, String third) {
        assertThat(next(cron, "Europe/Berlin", "2026-10-24T23:59:00Z", 20))
                .containsSequence(instants(first, second, third));
    }

    @Test
    void asked_within_the_second_pass_of_an_hour_a_fixed_time_answers_with_what_comes_after_it() {
        assertThat(next("*/10 2,3 * * *", "Europe/Berlin", "2026-10-25T01:05:00Z", 1))
                .isEqualTo(instants("2026-10-25T02:00:00Z"));
        assertThat(next("*/10 * * * *", "Europe/Berlin", "2026-10-25T01:05:00Z", 1))
                .isEqualTo(instants("2026-10-25T01:10:00Z"));
    }

    @Test
    void a_rhythm_is_not_made_up_for_where_each_hour_is_meant_and_never_pauses_longer_where_hours_are_stepped() {
        assertThat(next("5 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 2))
                .isEqualTo(instants("2026-03-29T00:05:00Z", "2026-03-29T01:05:00Z"));
        assertThat(next("0 */2 * * *", "Europe/Berlin", "2026-03-28T22:30:00Z", 3))
                .isEqualTo(instants("2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"));
    }

    @Test
    void a_day_of_the_month_and_a_day_of_the_week_are_both_days_to_fire_at() {
        assertThat(next("0 0 13 * 5", "UTC", "2026-01-01T00:00:00Z", 4))
                .isEqualTo(instants(
                        "2026-01-02T00:00:00Z",
                        "2026-01-09T00:00:00Z",
                        "2026-01-13T00:00:00Z",
                        "2026-01-16T00:00:00Z"));
    }

    @Test
    void a_leap_day_is_waited_for() {
        assertThat(next("0 0 29 2 *", "UTC", "2026-03-01T00:00:00Z", 1)).isEqualTo(instants("2028-02-29T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 0 31 2 *",
                "0 0 30 2 *",
                "* * 31 4,6 *",
                "0 0 31 2,4,6,9,11 *",
                "0 0 30-31 2 *",
                "0 0 31 feb */2"
            })
    void a_day_that_never_comes_is_refused_with_the_reason(String cron) {
        assertThatThrownBy(() -> Firings.of(cron, "UTC"))
                .isInstanceOf(InvalidScheduleException.class)
                .hasMessageContaining("'" + cron + "' never fires")
                .hasMessageContaining("no month that it names has a day that it names");
        assertThat(Firings.stored(cron, "UTC").after(Instant.EPOCH)).isEmpty();
    }

    @Test
    void a_day_that_never_comes_beside_a_weekday_fires_on_the_weekday() {
        assertThat(next("0 0 31 2 1", "UTC", "2026-01-01T00:00:00Z", 1)).isEqualTo(instants("2026-02-02T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        // Mondays that have an odd number, and the first of the month when it is one.
        "0 0 */2 * 1,      2026-01-05T00:00:00Z, 2026-01-19T00:00:00Z",
        "0 0 */31 * mon,   2026-06-01T00:00:00Z, 2027-02-01T00:00:00Z",
        // The 13th when it is a Tuesday, Thursday, Saturday or Sunday.
        "0 0 13 * */2,     2026-01-13T00:00:00Z, 2026-06-13T00:00:00Z",
        "0 0 * * SUN,      2026-01-04T00:00:00Z, 2026-01-11T00:00:00Z",
        "0 0 * * 7,        2026-01-04T00:00:00Z, 2026-01-11T00:00:00Z",
        "0 0 * * 6-7,      2026-01-03T00:00:00Z, 2026-01-04T00:00:00Z",
        "0 0 1-7/3 * *,    2026-01-04T00:00:00Z, 2026-01-07T00:00:00Z",
        "0 0 29 2 */7,     2032-02-29T00:00:00Z, 2060-02-29T00:00:00Z",
        "5/20 12 1 Feb *,  2026-02-01T12:05:00Z, 2026-02-01T12:25:00Z"
    })
    void days_are_those_that_cron_means(String cron, String first, String second) {
        assertThat(next(cron, "UTC", "2026-01-01T00:00:00Z", 2)).isEqualTo(instants(first, second));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "often",
                "0 3 * *",
                "0 3 * * * *",
                "60 3 * * *",
                "0 25 * * *",
                "@daily",
                "0 0 0 * *",
                "0 0 * 13 *",
                "*/0 * * * *",
                "*/60 * * * *",
                "5-1 * * * *",
                "1,,2 * * * *",
                "1- * * * *",
                "-1 * * * *",
                "1/2/3 * * * *",
                "0 0 L * *",
                "0 0 ? * 1",
                "0 0 * * 8",
                "0 0 * * FRI-MON",
                "0 0 * * monday",
                "x * * * *",
                "*-5 * * * *",
                "99999999999 * * * *"
            })
    void what_is_no_cron_expression_is_refused_with_an_example(String cron) {
        assertThatThrownBy(() -> Firings.of(cron, "UTC"))
                .isInstanceOf(InvalidScheduleException.class)
                .hasMessageContaining("five fields")
                .hasMessageContaining("'0 3 * * *'");
    }

    @Test
    void the_field_that_is_wrong_is_named_with_what_it_may_hold() {
        assertThatThrownBy(() -> Firings.of("0 0 * * 8", "UTC"))
                .hasMessageContaining("the day of the week '8': expected 0 to 7 or a name from SUN to SAT");
        assertThatThrownBy(() -> Firings.of("0 22-2 * * *", "UTC"))
                .hasMessageContaining("the hour '22-2'")
                .hasMessageContaining("two ranges divided by a comma");
    }

    @Test
    void what_is_no_zone_is_refused_with_examples() {
        assertThatThrownBy(() -> Firings.of("0 3 * * *", "Berlin"))
                .isInstanceOf(InvalidScheduleException.class)
                .hasMessageContaining("'Berlin'")
                .hasMessageContaining("Europe/Berlin");
    }
}
