package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedSchemaTest {
    private static final Set<String> CONSTRAINTS = Set.of("type", "enum", "pattern", "minimum", "oneOf");

    @ParameterizedTest
    @ValueSource(strings = {"plan.schema.json", "agents.schema.json"})
    void every_rule_says_in_words_what_it_expects(String resource) throws IOException {
        List<String> silent = new ArrayList<>();
        collect(load(resource), "", (path, node) -> {
            boolean isAlternative = path.contains("/oneOf/");
            boolean hasRule = CONSTRAINTS.stream().anyMatch(node::has);
            if (hasRule && !isAlternative && !node.has(JsonSchema.EXPECTED)) {
                silent.add(path);
            }
        });
        assertThat(silent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan.schema.json", "agents.schema.json"})
    void no_object_takes_unknown_fields(String resource) throws IOException {
        List<String> open = new ArrayList<>();
        collect(load(resource), "", (path, node) -> {
            if (node.has("properties") && !node.get("additionalProperties").equals(Optional.of(Json.of(false)))) {
                open.add(path);
            }
        });
        assertThat(open).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan.schema.json", "agents.schema.json"})
    void examples_keep_the_rules_that_they_explain(String resource) throws IOException {
        Json schema = load(resource);
        Json definitions = schema.get("$defs").orElseThrow();
        List<String> wrong = new ArrayList<>();
        collect(schema, "", (path, node) -> {
            JsonSchema part = JsonSchema.of(node.with("$defs", definitions));
            List<Json> examples = node.get("examples").map(Json::elements).orElse(List.of());
            Stream.concat(examples.stream(), node.get("default").stream())
                    .filter(example -> !part.check(example).isEmpty())
                    .forEach(example -> wrong.add(path + ": " + example));
        });
        assertThat(wrong).isEmpty();
    }

    private interface Visitor {
        void visit(String path, Json schema);
    }

    /** Visits every sub-schema: the root, definitions, properties, items, alternatives. */
    private static void collect(Json schema, String path, Visitor visitor) {
        visitor.visit(path, schema);
        for (String named : List.of("$defs", "properties", "patternProperties")) {
            schema.get(named)
                    .ifPresent(all -> all.forEachField(
                            (name, child) -> collect(child, path + '/' + named + '/' + name, visitor)));
        }
        for (String listed : List.of("allOf", "oneOf", "prefixItems")) {
            List<Json> children = schema.get(listed).map(Json::elements).orElse(List.of());
            children.forEach(child -> collect(child, path + '/' + listed + "/0", visitor));
        }
        schema.get("items").ifPresent(child -> collect(child, path + "/items", visitor));
    }

    private static Json load(String resource) throws IOException {
        try (var stream = PlanReader.class.getResourceAsStream(resource)) {
            assertThat(stream).isNotNull();
            return Json.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
