package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RubricsTest {
    private static final Map<String, BigDecimal> COVERAGE = Map.of("coverage_min", new BigDecimal("0.9"));

    @Test
    void a_number_at_the_limit_is_within_it() {
        assertThat(misses(COVERAGE, "{'metrics': {'coverage': 0.90}}")).isEmpty();
        assertThat(misses(Map.of("ambiguity_max", BigDecimal.ONE), "{'metrics': {'ambiguity': 1}}"))
                .isEmpty();
    }

    @Test
    void every_output_that_reports_the_metric_must_be_within_the_limit_and_the_worst_is_told() {
        assertThat(misses(
                        COVERAGE,
                        "{'metrics': {'coverage': 0.95}}",
                        "{'metrics': {'coverage': 0.2}}",
                        "{'metrics': {'coverage': 0.5}}"))
                .containsExactly("rubric coverage_min: expected coverage of at least 0.9, found 0.2");
        assertThat(misses(
                        Map.of("errors_max", BigDecimal.TWO),
                        "{'metrics': {'errors': 3}}",
                        "{'metrics': {'errors': 9}}"))
                .containsExactly("rubric errors_max: expected errors of at most 2, found 9");
    }

    @Test
    void a_metric_that_nobody_reports_as_a_number_is_a_miss() {
        assertThat(misses(COVERAGE, "{'metrics': {'coverage': 'high'}}", "'text'", "{}", "{'metrics': 7}"))
                .containsExactly(
                        "rubric coverage_min: expected coverage of at least 0.9, but no output reports a number"
                                + " \"coverage\" under \"metrics\"");
    }

    @Test
    void outputs_that_do_not_report_the_metric_do_not_matter_where_another_one_does() {
        assertThat(misses(COVERAGE, "{'metrics': {'coverage': 1}}", "{'metrics': {'other': 0}}", "null"))
                .isEmpty();
    }

    @Test
    void misses_come_in_the_order_of_their_names() {
        Map<String, BigDecimal> rubrics =
                Map.of("c_min", BigDecimal.ONE, "a_min", BigDecimal.ONE, "b_max", BigDecimal.ONE);
        assertThat(Rubrics.misses(rubrics, List.of()))
                .extracting(Rubrics.Miss::rubric)
                .containsExactly("a_min", "b_max", "c_min");
    }

    private static List<String> misses(Map<String, BigDecimal> rubrics, String... outputs) {
        List<Json> documents = List.of(outputs).stream()
                .map(text -> Json.parse(text.replace('\'', '"')))
                .toList();
        return Rubrics.misses(rubrics, documents).stream()
                .map(Rubrics.Miss::sentence)
                .toList();
    }
}
