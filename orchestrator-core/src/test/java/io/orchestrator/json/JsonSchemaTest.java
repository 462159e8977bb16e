package io.orchestrator.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.JsonSchema.Violation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonSchemaTest {
    private static final JsonSchema SCHEMA = JsonSchema.of(Json.parse("""
            {"$schema": "https://json-schema.org/draft/2020-12/schema",
             "type": "object", "required": ["size"], "additionalProperties": false,
             "properties": {
               "size": {"$ref": "#/$defs/size"},
               "name": {"type": "string", "pattern": "^[a-z]+$"},
               "either": {"x-expected": "one or two", "anyOf": [{"const": 1}, {"const": 2}]}},
             "$defs": {"size": {"type": "integer", "minimum": 1, "x-expected": "a size"}}}
            """));

    @Test
    void a_right_document_has_no_violation() {
        assertThat(SCHEMA.check(Json.parse("{\"size\": 2.0, \"name\": \"x\", \"either\": 2}")))
                .isEmpty();
    }

    @Test
    void a_violation_has_its_place_its_keyword_and_the_words_of_the_rule() {
        Violation violation = only("{\"size\": 0}");
        assertThat(violation.pointer()).hasToString("/size");
        assertThat(violation.keyword()).isEqualTo("minimum");
        assertThat(violation.found()).isEqualTo(Json.of(0));
        assertThat(violation.expected()).contains("a size");
        assertThat(violation.rule().get("minimum")).contains(Json.of(1));
    }

    @Test
    void a_missing_field_is_explained_by_the_words_of_the_field() {
        Violation violation = only("{}");
        assertThat(violation.pointer()).isEqualTo(JsonPointer.ROOT);
        assertThat(violation.field()).contains("size");
        assertThat(violation.expected()).contains("a size");
    }

    @Test
    void an_unknown_field_is_named_and_its_rule_knows_the_others() {
        Violation violation = only("{\"size\": 1, \"a/b\": 1}");
        assertThat(violation.keyword()).isEqualTo("additionalProperties");
        assertThat(violation.field()).contains("a/b");
        assertThat(violation.rule().get("properties").map(Json::size)).contains(3);
    }

    @Test
    void what_fits_no_alternative_is_explained_by_the_alternatives_together() {
        List<Violation> violations = SCHEMA.check(Json.parse("{\"size\": 1, \"either\": 3}"));
        assertThat(violations).isNotEmpty().allSatisfy(violation -> {
            assertThat(violation.keyword()).isEqualTo("anyOf");
            assertThat(violation.pointer()).hasToString("/either");
            assertThat(violation.expected()).isEqualTo(Optional.of("one or two"));
        });
    }

    @Test
    void a_pattern_does_not_overlook_a_line_feed_at_the_end() {
        assertThat(only("{\"size\": 1, \"name\": \"abc\\n\"}").keyword()).isEqualTo("pattern");
    }

    @Test
    void numbers_beyond_64_bits_are_compared_like_any_other() {
        assertThat(SCHEMA.check(Json.parse("{\"size\": 1e30}"))).isEmpty();
        assertThat(SCHEMA.check(Json.parse("{\"size\": 9223372036854775808}"))).isEmpty();
        assertThat(only("{\"size\": -1e30}").found()).isEqualTo(Json.parse("-1e30"));
    }

    private static Violation only(String document) {
        List<Violation> violations = SCHEMA.check(Json.parse(document));
        assertThat(violations).hasSize(1);
        return violations.getFirst();
    }
}
