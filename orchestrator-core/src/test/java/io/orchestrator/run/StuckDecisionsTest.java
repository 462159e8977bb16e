package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.plan.StuckRules;
import io.orchestrator.run.StuckDecisions.Signs;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StuckDecisionsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONG = Duration.ofMinutes(31);

    private static StuckRules rules(Duration noProgress, Duration noOutput, Long tokens, BigDecimal usd) {
        return new StuckRules(
                Optional.of(noProgress),
                Optional.of(noOutput),
                Optional.of(tokens),
                Optional.of(usd),
                StuckRules.Action.WARN);
    }

    private static Signs signs(Duration sinceProgress, Duration sinceOutput, long tokens, String usd) {
        return new Signs(sinceProgress, sinceOutput, new Usage(tokens, new BigDecimal(usd), 0));
    }

    @Test
    void nothing_is_stuck_where_no_limit_is_set() {
        assertThat(StuckRules.OFF.isOn()).isFalse();
        assertThat(StuckDecisions.reason(StuckRules.OFF, signs(Duration.ofDays(9), Duration.ofDays(9), 1 << 30, "900")))
                .isEmpty();
    }

    @Test
    void each_limit_applies_by_itself() {
        StuckRules rules = rules(Duration.ofMinutes(30), Duration.ofMinutes(10), 100L, BigDecimal.ONE);
        assertThat(StuckDecisions.reason(rules, signs(Duration.ZERO, Duration.ZERO, 99, "0.99")))
                .isEmpty();
        assertThat(StuckDecisions.reason(rules, signs(LONG, Duration.ZERO, 0, "0")))
                .contains("stuck: no progress for 31 min");
        assertThat(StuckDecisions.reason(rules, signs(Duration.ZERO, Duration.ofMinutes(10), 0, "0")))
                .contains("stuck: no output for 10 min");
        assertThat(StuckDecisions.reason(rules, signs(Duration.ZERO, Duration.ZERO, 100, "0")))
                .contains("stuck: 100 tokens used since its last progress");
        assertThat(StuckDecisions.reason(rules, signs(Duration.ZERO, Duration.ZERO, 0, "1.00")))
                .contains("stuck: 1.00 USD used since its last progress");
    }

    @Test
    void every_limit_that_is_reached_is_told() {
        StuckRules rules = rules(Duration.ofMillis(1), Duration.ofMillis(1), 1L, BigDecimal.ONE);
        assertThat(StuckDecisions.reason(rules, signs(HOUR, HOUR, 5, "0")).orElseThrow())
                .contains("no progress", "no output", "5 tokens")
                .doesNotContain("USD");
    }
}
