package io.orchestrator.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnstorableValueTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "a\\u0000"                    | ``
            {"a": [1, "\\u0000"]}         | /a/1
            {"a": {"x\\u0000y": 1}}       | /a/x\u0000y
            ["\\ud800"]                   | /0
            ["\\ude00\\ud83d"]            | /0
            [1, 1e131072]                 | /1
            [1e-16384]                    | /0
            [-1e999999999]                | /0
            """)
    void what_postgres_cannot_hold_is_found_at_its_place(String text, String pointer) {
        assertThat(UnstorableValue.first(Json.parse(text)).orElseThrow().pointer())
                .hasToString(pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\ud83d\\ude00\\n\\u0001\"", "[1e131071, 1e-16383, 0.1, 5]", "{\"\": {}, \"é\": null}"})
    void everything_else_is_storable(String text) {
        assertThat(UnstorableValue.first(Json.parse(text))).isEmpty();
    }

    @Test
    void pointers_escape_what_would_be_read_as_a_separator() {
        assertThat(JsonPointer.ROOT.child("a/b~c").child(3)).hasToString("/a~1b~0c/3");
    }
}
