package io.orchestrator.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void a_report_beyond_the_most_that_one_may_say_is_refused_with_the_limits_and_what_was_found() {
        assertThatThrownBy(() -> Usage.reported(Long.MAX_VALUE, BigDecimal.ZERO, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("1,000,000,000,000 tokens", "found tokens 9223372036854775807");
        for (String cost : new String[] {"1e90", "1000000000.01", "1e999999999"}) {
            assertThatThrownBy(() -> Usage.reported(0, new BigDecimal(cost), 0))
                    .hasMessageContaining("1,000,000,000 US dollars");
        }
        assertThatThrownBy(() -> Usage.reported(0, BigDecimal.ZERO, Long.MAX_VALUE))
                .hasMessageContaining("toolMs");
        assertThatThrownBy(() -> Usage.reported(-1, BigDecimal.ZERO, 0)).hasMessageContaining("negative");
        assertThatThrownBy(() -> Usage.reported(0, null, 0)).hasMessageContaining("null");
        assertThat(Usage.reported(Usage.MOST.tokens(), Usage.MOST.costUsd(), Usage.MOST.toolMs()))
                .isEqualTo(Usage.MOST);
    }

    @Test
    void a_cost_below_what_is_kept_is_rounded_up_and_never_to_nothing() {
        assertThat(cost("1e-400")).isEqualByComparingTo("1e-18");
        assertThat(cost("1e-999999999")).isEqualByComparingTo("1e-18");
        assertThat(cost("0.1234567890123456781")).isEqualByComparingTo("0.123456789012345679");
        assertThat(cost("0.0123")).isEqualTo(new BigDecimal("0.0123"));
        assertThat(cost("0e-999999999")).isEqualTo(BigDecimal.ZERO);
        assertThat(cost("0e999999999")).isEqualTo(BigDecimal.ZERO);
    }

    private static BigDecimal cost(String written) {
        return Usage.reported(0, new BigDecimal(written), 0).costUsd();
    }

    @Test
    void sums_stop_at_their_bound_whatever_an_older_version_has_let_in() {
        Usage giant = new Usage(Long.MAX_VALUE, new BigDecimal("1e90"), Long.MAX_VALUE);
        assertThat(giant.plus(giant)).isEqualTo(Usage.MOST_IN_ALL);
        assertThat(giant.plus(Usage.NONE)).isEqualTo(Usage.MOST_IN_ALL);
        assertThat(Usage.NONE.plus(giant)).isEqualTo(Usage.MOST_IN_ALL);
        assertThat(Usage.MOST.plus(Usage.MOST).tokens()).isEqualTo(2 * Usage.MOST.tokens());
        assertThat(Usage.MOST.plus(Usage.MOST).upTo(Usage.MOST)).isEqualTo(Usage.MOST);
    }
}
