package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents written to break the reader rather than to be read: each is refused like any other bad plan. */
class HostilePlanTest {
    private static final String DOTS = "a.".repeat(500_000);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name': ?, 'phases': [{'phase': 'A', 'agents': ['X']}]}",
                "{'name': 'p', 'timebox': ?, 'phases': [{'phase': 'A', 'agents': ['X']}]}",
                "{'name': 'p', 'priority': ?, 'phases': [{'phase': 'A', 'agents': ['X']}]}",
                "{'name': 'p', 'phases': [{'phase': ?, 'agents': ['X']}]}",
                "{'name': 'p', 'phases': [{'phase': 'A', 'agents': [?]}]}",
                "{'name': 'p', 'phases': [{'phase': 'A', 'agents': ['X'], 'needs': [?]}]}",
                "{'name': 'p', 'phases': [{'phase': 'A', 'agents': ['X'], 'rubrics': {?: 1}}]}",
                "{'name': 'p', 'phases': [{'phase': 'A', 'agents': ['X'], ?: 1}]}",
                "{'name': 'p', 'phases': [{'phase': 'A', 'agents': [{'agent': 'X', 'shard': {'over': ?, 'size': 1}}]}]}",
                "{'name': 'p', 'phases': [{'phase': 'A', 'parallelism': ?, 'agents': ['X']}]}"
            })
    void a_text_of_a_megabyte_is_refused_wherever_it_stands(String plan) {
        String text = plan.replace("?", "'" + DOTS + "'");
        assertThat(refusal(text).faults()).isNotEmpty();
        assertThat(refusal(text).faults().getFirst().found().length()).isLessThan(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e131000", "-1e131000", "1e-16000", "1e999999999", "1e99999999999"})
    void a_number_of_any_magnitude_is_refused_in_no_time_where_a_small_one_is_expected(String number) {
        assertThat(refusal("{'name': 'p', 'phases': [{'phase': 'A', 'parallelism': " + number + ", 'agents': ['X']}]}")
                        .faults())
                .hasSize(1);
        assertThat(refusal("{'name': 'p', 'budgets': {'tokens': " + number
                                + "}, 'phases': [{'phase': 'A', 'agents': ['X']}]}")
                        .faults())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void nesting_without_end_is_refused(String opening) {
        assertThat(refusal(opening.repeat(100_000)).faults()).hasSize(1);
    }

    private static InvalidPlanException refusal(String document) {
        return catchThrowableOfType(InvalidPlanException.class, () -> PlanReader.read(document.replace('\'', '"')));
    }
}
