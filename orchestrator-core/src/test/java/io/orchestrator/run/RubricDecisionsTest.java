package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.plan.OnRubricMiss;
import io.orchestrator.plan.Rubrics;
import io.orchestrator.run.RubricDecisions.Verdict;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RubricDecisionsTest {
    private static final List<Rubrics.Miss> MISSES = List.of(
            new Rubrics.Miss("coverage_min", new BigDecimal("0.9"), Optional.of(new BigDecimal("0.5"))),
            new Rubrics.Miss("doubt_max", BigDecimal.ONE, Optional.empty()));

    private static Verdict after(OnRubricMiss policy, int round) {
        return RubricDecisions.afterMiss(policy, "P", round, MISSES);
    }

    @Test
    void a_miss_fails_the_phase_where_the_plan_says_nothing_else() {
        assertThat(after(new OnRubricMiss.Fail(), 1))
                .isInstanceOfSatisfying(
                        Verdict.Fail.class,
                        fail -> assertThat(fail.reason()).contains("phase P", "coverage_min", "doubt_max"));
    }

    @Test
    void a_retry_has_as_many_further_rounds_as_the_plan_says_and_then_fails() {
        OnRubricMiss twice = new OnRubricMiss.Retry(2);
        assertThat(after(twice, 1))
                .isInstanceOfSatisfying(
                        Verdict.Repeat.class,
                        repeat -> assertThat(repeat.round()).isEqualTo(2));
        assertThat(after(twice, 2)).isInstanceOf(Verdict.Repeat.class);
        assertThat(after(twice, 3))
                .isInstanceOfSatisfying(
                        Verdict.Fail.class, fail -> assertThat(fail.reason()).contains("round 3"));
    }

    @Test
    void a_held_phase_is_held_in_every_round() {
        assertThat(after(new OnRubricMiss.Hold(), 7)).isInstanceOf(Verdict.Hold.class);
    }

    @Test
    void agents_are_told_each_rubric_with_its_limit_and_what_was_found() {
        assertThat(after(new OnRubricMiss.Retry(1), 1)).isInstanceOfSatisfying(Verdict.Repeat.class, repeat -> {
            assertThat(repeat.miss().get("round")).contains(Json.of(1));
            assertThat(repeat.miss().get("misses").orElseThrow())
                    .isEqualTo(Json.parse("[{\"rubric\":\"coverage_min\",\"limit\":0.9,\"found\":0.5},"
                            + "{\"rubric\":\"doubt_max\",\"limit\":1,\"found\":null}]"));
        });
    }
}
