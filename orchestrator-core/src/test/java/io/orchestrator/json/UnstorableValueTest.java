package io.orchestrator.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnstorableValueTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "a\\u0000"                    | ``
            {"a": [1, "\\u0000"]}         | /a/1
            {"a": {"x\\u0000y": 1}}       | /a/x\\u0000y
            {"a": {"x\\ud800y": 1}}       | /a/x\\ud800y
            ["\\ud800"]                   | /0
            ["\\ude00\\ud83d"]            | /0
            [1, 1e1100]                   | /1
            [1e-1101]                     | /0
            {"x": -1e999999999}           | /x
            [[1e-999999999]]              | /0/0
            [0e-1101]                     | /0
            """)
    void what_postgres_cannot_hold_is_found_at_its_place(String text, String pointer) {
        assertThat(UnstorableValue.first(Json.parse(text)).orElseThrow().pointer())
                .hasToString(pointer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud83d\\ude00\\n\\u0001\"",
                "[1e1099, 1e-1100, -1e120, 5e-324, 0.1, 5, 0e99]",
                "{\"\": {}, \"é\": null}"
            })
    void everything_else_is_storable(String text) {
        assertThat(UnstorableValue.first(Json.parse(text))).isEmpty();
    }

    @Test
    void every_number_of_type_double_is_storable_with_all_the_digits_that_it_stands_for() {
        for (double number : List.of(Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE, -1e-150, 0.1)) {
            assertThat(UnstorableValue.first(Json.of(number))).as("%s", number).isEmpty();
            assertThat(UnstorableValue.first(Json.of(new BigDecimal(number))))
                    .as("%s", number)
                    .isEmpty();
        }
    }

    @Test
    void numbers_that_only_java_has_are_not_storable() {
        for (Number number : List.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
            assertThat(UnstorableValue.first(Json.array(List.of(number)))
                            .orElseThrow()
                            .described())
                    .contains("not finite", "at /0");
        }
        assertThat(UnstorableValue.first(Json.of(BigInteger.TEN.pow(3_000_000))))
                .isPresent();
        assertThat(UnstorableValue.first(Json.of(BigInteger.TEN.pow(1_099)))).isEmpty();
        assertThat(UnstorableValue.first(Json.of(BigInteger.TEN.pow(1_100)))).isPresent();
    }

    @Test
    void depth_and_names_are_limited_with_their_place_however_deep_a_value_of_java_is() {
        Object deep = List.of();
        for (int i = 1; i < StorageLimits.DEEPEST; i++) {
            deep = List.of(deep);
        }
        assertThat(UnstorableValue.first(Json.of(deep))).isEmpty();
        UnstorableValue fault = UnstorableValue.first(Json.of(List.of(deep))).orElseThrow();
        assertThat(fault.found()).contains("more than 200");
        assertThat(fault.pointer().text()).isEqualTo("/0".repeat(200));
        String name = "n".repeat(StorageLimits.LONGEST_FIELD_NAME);
        assertThat(UnstorableValue.first(Json.object(name, 1))).isEmpty();
        assertThat(UnstorableValue.first(Json.object("a", Json.object(name + "n", 1)))
                        .orElseThrow()
                        .described())
                .contains("4097 characters", "4,096", "at /a/nnn");
    }

    @Test
    void the_length_is_that_of_the_text_with_numbers_written_out() {
        for (String text : List.of(
                "{\"a\\n\\u0001\\\"\":[1,-2.50,true,false,null,\"äß€😀\"],\"b\":{},\"c\":[]}",
                "[]",
                "-0.001",
                "12345678901234567890")) {
            assertThat(UnstorableValue.bytesOf(Json.parse(text)))
                    .as(text)
                    .isEqualTo(Json.parse(text).toString().getBytes(StandardCharsets.UTF_8).length);
        }
        assertThat(UnstorableValue.bytesOf(Json.parse("[1e300,-1e-300]"))).isEqualTo(301 + 303 + 3);
        String number = "1e1000";
        String many = "[" + (number + ",").repeat(8_400) + number + "]";
        assertThat(UnstorableValue.first(Json.parse(many)).orElseThrow().described())
                .contains("bytes of JSON with its numbers written out", "8,388,608");
    }

    @Test
    void pointers_escape_what_would_be_read_as_a_separator() {
        assertThat(JsonPointer.ROOT.child("a/b~c").child(3)).hasToString("/a~1b~0c/3");
    }
}
