package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.store.HeldPhases.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class OptionValuesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".          | \".\"",
                "3          | 3",
                "\"3\"      | \"3\"",
                "[1,2]      | [1,2]",
                "{\"a\":1}  | {\"a\":1}",
                "true       | \"true\"",
                "null       | \"null\"",
                "1.2.3      | \"1.2.3\"",
            })
    void an_input_is_json_where_it_is_a_number_string_array_or_object_and_text_otherwise(String given, String json) {
        assertThat(InputValues.value(given)).isEqualTo(Json.parse(json));
    }

    @Test
    void an_input_may_be_empty_and_may_contain_equals_signs() {
        assertThat(InputValues.of(Optional.empty(), List.of("a=", "b=c=d")))
                .isEqualTo(Json.object("a", "", "b", "c=d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{broken", "{\"a\":1", "[draft] of it", "{'a': 1}", "[1,]"})
    void an_input_that_begins_like_json_is_json_or_refused(String text) {
        assertThatThrownBy(() -> InputValues.of(Optional.empty(), List.of("x=" + text)))
                .isInstanceOf(Refusal.class)
                .hasMessageContainingAll(
                        "begins like JSON and is none: line 1", "as text it is written in quotes, as '\"");
    }

    @Test
    void an_input_is_given_once() {
        assertThatThrownBy(() -> InputValues.of(Optional.empty(), List.of("a=1", "b=1", "a=2")))
                .isInstanceOf(Refusal.class)
                .hasMessage("--input a is given twice; expected each name once");
    }

    @Test
    void a_reason_is_as_long_as_over_http() {
        assertThat(new ReasonOption().convert("r".repeat(1_000))).hasSize(1_000);
        assertThatThrownBy(() -> new ReasonOption().convert("r".repeat(1_001)))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("expected 1 to 1,000 characters, found 1,001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "a\tb", "\u0007"})
    void a_name_of_several_lines_is_refused(String name) {
        assertThatThrownBy(() -> SubmissionOptions.requireOneLine("--key", name))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("--key has a line break");
    }

    @ParameterizedTest
    @ValueSource(strings = {"path", "=x", ""})
    void an_input_without_a_name_is_refused(String pair) {
        assertThatThrownBy(() -> InputValues.of(Optional.empty(), List.of(pair)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("expected NAME=VALUE");
    }

    @ParameterizedTest
    @CsvSource({"accept, ACCEPT", "retry, RETRY", "fail, FAIL", "Accept, ACCEPT"})
    void a_decision_is_one_of_the_words_of_the_usage(String given, Decision decision) {
        assertThat(new DecideCommand.Word().convert(given)).isEqualTo(decision);
        assertThatThrownBy(() -> new DecideCommand.Word().convert(given + "|"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("expected accept, retry or fail");
    }

    @ParameterizedTest
    @CsvSource({"15s, PT15S", "500ms, PT0.5S", "2m, PT2M", "1.5h, PT1H30M", "3, PT3S", "PT15S, PT15S", "0s, PT0S"})
    void lengths_of_time_are_short_or_iso(String given, Duration length) {
        assertThat(new Lengths().convert(given)).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5s", "PT-5S", "5 s", "1d", "99999999999s"})
    void other_lengths_of_time_are_refused_with_an_example(String given) {
        assertThatThrownBy(() -> new Lengths().convert(given))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("such as 15s");
    }

    @ParameterizedTest
    @CsvSource({
        "WORKER_CONCURRENCY, many",
        "WORKER_CONCURRENCY, 0",
        "WORKER_MAX, 99999999999",
        "TIMER_CHECK_INTERVAL_SECONDS, 1.5",
        "CHECKPOINT_TTL_DAYS, -1",
        "WORKER_AUTO_SCALE, perhaps"
    })
    void a_bad_environment_variable_is_named_with_what_it_should_be(String name, String value) {
        try (TestCaller caller = new TestCaller(Map.of(name, value))) {
            int code = caller.call("all", "--data-dir", caller.directory() + "/data");

            assertThat(code).isEqualTo(2);
            assertThat(caller.err())
                    .contains("the environment variable " + name + " should be", "found '" + value + "'")
                    .hasLineCount(1);
        }
    }

    @Test
    void a_maximum_of_workers_below_the_minimum_is_refused() {
        try (TestCaller caller = new TestCaller(Map.of("WORKER_MIN", "5", "WORKER_MAX", "2"))) {
            assertThat(caller.call("all", "--data-dir", caller.directory() + "/data"))
                    .isEqualTo(2);
            assertThat(caller.err()).contains("WORKER_MIN is 5 and WORKER_MAX is 2");
        }
    }
}
