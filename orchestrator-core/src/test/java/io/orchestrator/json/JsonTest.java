package io.orchestrator.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private enum Colour {
        DARK_RED
    }

    private record Point(int x, Optional<String> label, Json data) {}

    @Test
    void halves_of_pairs_are_read_in_names_as_in_values() {
        for (String half :
                List.of("\\ud83d", "\\ude00", "\\uD83Dx", "\\ude00\\ud83d", "\\ud83d\\\\ude00", "\\ud83d\\u0041")) {
            Json both = Json.parse("{\"a" + half + "\": \"a" + half + "\"}");
            assertThat(both.fields().keySet())
                    .as(half)
                    .containsExactly(both.fields().values().iterator().next().asText());
        }
        assertThat(Json.parse("{\"\\ud83d\\ude00\": \"\\\\ud83d\"}")).isEqualTo(Json.object("😀", "\\ud83d"));
        assertThatThrownBy(() -> Json.parse("{\"a\": \"\\ud8\"}")).isInstanceOf(JsonException.class);
    }

    @Test
    void java_values_become_json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a\"b");
        map.put("number", new BigDecimal("1.50"));
        map.put("list", Arrays.asList(1L, null, true, Colour.DARK_RED));
        map.put("json", Json.object("x", Json.NULL));
        assertThat(Json.of(map))
                .hasToString("{\"text\":\"a\\\"b\",\"number\":1.50,\"list\":[1,null,true,\"DARK_RED\"],"
                        + "\"json\":{\"x\":null}}");
        assertThat(Json.of(CharBuffer.wrap("chars"))).isEqualTo(Json.of("chars"));
        assertThat(Json.of(null)).isEqualTo(Json.NULL);
        assertThat(Json.of(Duration.ofMinutes(90))).hasToString("\"PT1H30M\"");
        assertThat(Json.of(Path.of("a", "b")).isText()).isTrue();
    }

    @Test
    void records_become_objects_and_come_back_with_the_json_inside_them() {
        Point point = new Point(3, Optional.of("p"), Json.parse("{\"deep\": [1, {\"a\": null}]}"));
        Json json = Json.of(point);
        assertThat(json).hasToString("{\"x\":3,\"label\":\"p\",\"data\":{\"deep\":[1,{\"a\":null}]}}");
        assertThat(Json.parse(json.toString()).as(Point.class)).isEqualTo(point);
        Json sparse = Json.of(List.of(new Point(1, Optional.empty(), Json.NULL)));
        assertThat(sparse.elements().getFirst().as(Point.class)).isEqualTo(new Point(1, Optional.empty(), Json.NULL));
    }

    @Test
    void a_document_equals_itself_after_it_was_written_and_read_again() {
        Json json = Json.object("int", 1, "long", 1L, "float", 0.1f, "double", 1e10, "big", new BigDecimal("2.50"));
        Json again = Json.parse("{\"big\":2.5,\"double\":1e10,\"float\":0.1,\"long\":1.0,\"int\":1}");
        assertThat(Json.parse(json.toString())).isEqualTo(json).hasSameHashCodeAs(json);
        assertThat(again).isEqualTo(json).hasSameHashCodeAs(json);
        assertThat(Json.parse("[1, 2]")).isNotEqualTo(Json.parse("[2, 1]"));
        assertThat(Json.of("1")).isNotEqualTo(Json.of(1));
    }

    @Test
    void binding_refuses_unknown_fields() {
        assertThatThrownBy(() -> Json.parse("{\"x\":1,\"y\":2}").as(Point.class))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("\"y\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{} x",
                "[1] [2]",
                "{\"a\":1,\"a\":2}",
                "[{\"b\":{\"a\":1,\"a\":1}}]",
                "nul",
                "[1,]",
                "'a'",
                "01",
                "NaN",
                "{\"a\":\"\t\"}",
                "// no\n1"
            })
    void what_is_not_exactly_one_json_document_is_refused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": [", "{\"a\": {\"b\": 1", "[", "{", "[[[[1]]]"})
    void a_text_that_ends_too_soon_is_refused_without_words_for_programmers(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("Unexpected end-of-input")
                .hasMessageNotContainingAny("Source", "REDACTED", "StreamRead", "UNKNOWN");
        assertThatThrownBy(() -> Json.parse("[".repeat(201)))
                .hasMessageContaining("200")
                .hasMessageNotContaining("StreamRead");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[NaN]",
                "[+5]",
                "[Infinity]",
                "[1 /* one */]",
                "[1] 2",
                "{} {}",
                "[01]",
                "{\"a\": 1, \"a\": 2}",
                "[1,]",
                "[\"\\x\"]",
                "[.5]"
            })
    void a_text_that_is_none_is_refused_without_advice_for_programmers(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(JsonException.class)
                .message()
                .startsWith("line 1, column ")
                .doesNotContain("Feature", "`", "enable");
    }

    @Test
    void nesting_is_bounded_on_reading() {
        assertThat(Json.parse("[".repeat(200) + "]".repeat(200)).canonical()).hasSize(400);
        assertThatThrownBy(() -> Json.parse("[".repeat(201) + "]".repeat(201)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("200");
        assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000))).isInstanceOf(JsonException.class);
    }

    @Test
    void numbers_and_names_are_bounded_on_reading() {
        assertThatThrownBy(() -> Json.parse("1".repeat(10_001))).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.parse("[1e99999999999]")).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.parse("{\"" + "n".repeat(10_001) + "\":1}"))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void whole_numbers_are_asked_for_strictly() {
        assertThat(Json.parse("9007199254740993").asLong()).isEqualTo(9_007_199_254_740_993L);
        for (String text : List.of("1.5", "1e30", "\"1\"", "null")) {
            assertThatThrownBy(() -> Json.parse(text).asLong())
                    .as(text)
                    .isInstanceOf(JsonException.class)
                    .hasMessageContaining("expected a whole number");
        }
    }

    @Test
    void an_overlay_replaces_fields_whole_and_leaves_both_sides_as_they_were() {
        Json base = Json.parse("{\"a\":{\"x\":1},\"b\":2}");
        Json top = Json.parse("{\"a\":{\"y\":1}}");
        assertThat(base.overlaidBy(top)).hasToString("{\"a\":{\"y\":1},\"b\":2}");
        assertThat(base).hasToString("{\"a\":{\"x\":1},\"b\":2}");
        assertThat(base.with("c", null)).hasToString("{\"a\":{\"x\":1},\"b\":2,\"c\":null}");
    }

    @Test
    void a_value_is_described_on_one_short_line() {
        assertThat(Json.of("a\nb").describe()).isEqualTo("the string \"a\\nb\"");
        assertThat(Json.of("x".repeat(59) + "😀").describe()).isEqualTo("the string \"" + "x".repeat(59) + "…\"");
        assertThat(Json.parse("[1,2]").describe()).isEqualTo("an array of 2");
        assertThat(Json.parse("{}").describe()).isEqualTo("an empty object");
        assertThat(Json.parse("-3").describe()).isEqualTo("the number -3");
        assertThat(Json.NULL.describe()).isEqualTo("null");
    }
}
