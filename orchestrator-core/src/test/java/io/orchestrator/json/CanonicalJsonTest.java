package io.orchestrator.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    @Test
    void names_are_sorted_at_every_depth_and_white_space_goes() {
        assertThat(Json.parse(" {\"b\" : [ {\"d\":1, \"c\":2} ], \"a\" : \"x y\" , \"\" : null}")
                        .canonical())
                .isEqualTo("{\"\":null,\"a\":\"x y\",\"b\":[{\"c\":2,\"d\":1}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "100.0", "1e2", "1E+2", "10.00e1", "100.000000000000000000000"})
    void a_number_is_written_one_way_however_it_was_given(String text) {
        assertThat(Json.parse(text).canonical()).isEqualTo(Json.of(100).canonical());
    }

    @Test
    void zero_has_no_sign_and_no_digits_behind_the_point() {
        for (String text : List.of("0", "-0", "0.000", "-0.0", "0e99")) {
            assertThat(Json.parse(text).canonical()).isEqualTo("0");
        }
    }

    @Test
    void numbers_that_differ_in_the_last_digit_stay_apart() {
        assertThat(Json.parse("0.10000000000000000000000000000000000001").canonical())
                .isNotEqualTo(Json.parse("0.1").canonical());
        assertThat(Json.parse("9007199254740993").canonical()).isEqualTo("9007199254740993");
    }

    @Test
    void any_java_number_has_the_canonical_form_of_its_text() {
        for (Number number : List.of(
                0.1f,
                0.1,
                1e300,
                Float.MIN_VALUE,
                Long.MIN_VALUE,
                (short) 7,
                BigInteger.TEN.pow(60),
                new BigDecimal("1.500"),
                -0.0)) {
            Json json = Json.of(number);
            assertThat(json.canonical())
                    .as("%s", number)
                    .isEqualTo(Json.parse(json.toString()).canonical());
        }
    }

    @Test
    void a_number_of_many_digits_or_with_a_giant_exponent_is_compared_in_no_time() {
        assertThat(Json.parse("1" + "0".repeat(9_000) + "e-9000")).isEqualTo(Json.of(1));
        assertThat(Json.parseStored("7" + "0".repeat(19_000)).canonical()).isEqualTo("7E+19000");
        assertThat(Json.parse("1e999999999")).isEqualTo(Json.parse("10e999999998"));
        assertThat(Json.parse("1e2147483000")).isEqualTo(Json.parse("100e2147482998"));
        assertThat(Json.parse("1e-2147483000")).isNotEqualTo(Json.parse("1e-2147482999"));
        assertThat(Json.parse("[1e999999999]").hashCode())
                .isEqualTo(Json.parse("[10e999999998]").hashCode());
        for (String text : List.of("1e2147483647", "10e2147483647", "1e-2147483647", "1e2147483648")) {
            try {
                assertThat(Json.parse(text).canonical()).isNotEmpty();
            } catch (JsonException e) {
                assertThat(e).hasMessageContaining("out of every range");
            }
        }
    }

    @Test
    void what_is_no_number_in_json_is_the_text_that_is_written_for_it() {
        assertThat(Json.of(Double.NaN).canonical()).isEqualTo("\"NaN\"");
        assertThat(Json.of(Double.POSITIVE_INFINITY).canonical()).isEqualTo("\"Infinity\"");
        assertThat(Json.of(Double.NaN)).isEqualTo(Json.of(Double.NaN));
    }

    @Test
    void the_canonical_text_is_json_of_the_same_meaning() {
        Json json = Json.parse("{\"k\\u0000\\n\":[\"\\ud83d\\ude00\",\"\\ud800\",\"/\\/\",\"é\",1e-7,true,null,{}]}");
        String canonical = json.canonical();
        assertThat(Json.parse(canonical).canonical()).isEqualTo(canonical);
        assertThat(Json.parse(canonical)
                        .fields()
                        .values()
                        .iterator()
                        .next()
                        .elements()
                        .get(1))
                .isEqualTo(Json.of("\ud800"));
    }

    @Test
    void texts_that_utf_8_cannot_tell_apart_have_different_hashes() {
        assertThat(Json.of("\ud800").sha256())
                .isNotEqualTo(Json.of("\ud801").sha256())
                .isNotEqualTo(Json.of("?").sha256())
                .isEqualTo(Json.parse("\"\\uD800\"").sha256());
        assertThat(Json.of("a\ude00\ud83db\ud83d\ude00").canonical()).isEqualTo("\"a\\ude00\\ud83db😀\"");
    }

    @Test
    void strings_are_written_as_in_any_document() {
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            if (!Character.isSurrogate(c)) {
                String value = "a" + c + "z";
                assertThat(Json.of(value).canonical()).isEqualTo(Json.of(value).toString());
                assertThat(Json.object(value, 1).canonical())
                        .isEqualTo(Json.object(value, 1).toString());
            }
        }
        String paired = "a\uD83D\uDE00z";
        assertThat(Json.of(paired).canonical()).isEqualTo('"' + paired + '"');
    }
}
