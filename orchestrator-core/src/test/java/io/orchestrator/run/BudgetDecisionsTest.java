package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Budgets;
import io.orchestrator.run.BudgetDecisions.Level;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BudgetDecisionsTest {
    private static final Budgets ALL =
            new Budgets(Optional.of(100L), Optional.of(new BigDecimal("0.001")), Optional.of(new BigDecimal("2.5")));

    private static Usage used(long tokens, String usd, long toolMs) {
        return new Usage(tokens, new BigDecimal(usd), toolMs);
    }

    @Test
    void the_kind_that_is_used_most_decides() {
        assertThat(BudgetDecisions.level(ALL, used(89, "2.24", 53))).isEqualTo(Level.FINE);
        assertThat(BudgetDecisions.level(ALL, used(90, "0", 0))).isEqualTo(Level.WARNING);
        assertThat(BudgetDecisions.level(ALL, used(0, "2.25", 0))).isEqualTo(Level.WARNING);
        assertThat(BudgetDecisions.level(ALL, used(0, "0", 54))).isEqualTo(Level.WARNING);
        assertThat(BudgetDecisions.level(ALL, used(100, "2.5", 60))).isEqualTo(Level.WARNING);
        assertThat(BudgetDecisions.level(ALL, used(101, "0", 0))).isEqualTo(Level.EXHAUSTED);
        assertThat(BudgetDecisions.level(ALL, used(0, "2.500001", 0))).isEqualTo(Level.EXHAUSTED);
        assertThat(BudgetDecisions.level(ALL, used(0, "0", 61))).isEqualTo(Level.EXHAUSTED);
    }

    @Test
    void what_is_not_limited_is_never_exhausted() {
        assertThat(BudgetDecisions.limitsAnything(Budgets.NONE)).isFalse();
        assertThat(BudgetDecisions.level(Budgets.NONE, used(Long.MAX_VALUE, "1e9", Long.MAX_VALUE)))
                .isEqualTo(Level.FINE);
    }

    @Test
    void a_total_that_comes_late_adds_nothing() {
        assertThat(BudgetDecisions.more(used(10, "1", 5), used(12, "0.5", 5)))
                .isEqualTo(new Usage(2, BigDecimal.ZERO, 0));
    }

    @Test
    void a_warning_names_the_limit_that_is_nearest_and_how_near_in_the_plans_own_words() {
        assertThat(BudgetDecisions.warning(ALL, used(91, "2.30", 0)))
                .isEqualTo(Json.parse("{\"budget\":\"usd\",\"used\":2.3,\"limit\":2.5,\"percent\":92}"));
        assertThat(BudgetDecisions.warning(ALL, used(91, "0", 57)))
                .isEqualTo(
                        Json.parse("{\"budget\":\"tools_minutes\",\"used\":0.00095,\"limit\":0.001,\"percent\":95}"));
        assertThat(BudgetDecisions.warning(ALL, used(150, "2.499", 57)))
                .isEqualTo(Json.parse("{\"budget\":\"tokens\",\"used\":150,\"limit\":100,\"percent\":150}"));
        Budgets tiny = new Budgets(Optional.empty(), Optional.empty(), Optional.of(new BigDecimal("1e-300")));
        assertThat(BudgetDecisions.warning(tiny, used(0, "1000000000", 0)).text("budget"))
                .contains("usd");
    }

    @Test
    void the_reason_names_every_limit() {
        assertThat(BudgetDecisions.exhausted("the phase", ALL, used(101, "1.10", 7)))
                .isEqualTo("the budget of the phase is exhausted: used 101 of 100 tokens, used 1.1 of 2.5 US dollars,"
                        + " used 7 of 60 ms of tool time, so nothing more of it starts");
    }
}
