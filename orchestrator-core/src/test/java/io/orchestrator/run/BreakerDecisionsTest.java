package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerDecisionsTest {
    @Test
    void each_time_in_a_row_it_holds_twice_as_long_up_to_an_hour() {
        Duration wait = Duration.ofSeconds(30);
        assertThat(BreakerDecisions.hold(wait, 1)).isEqualTo(wait);
        assertThat(BreakerDecisions.hold(wait, 3)).isEqualTo(Duration.ofMinutes(2));
        assertThat(BreakerDecisions.hold(wait, 7)).isEqualTo(Duration.ofMinutes(32));
        assertThat(BreakerDecisions.hold(wait, 8)).isEqualTo(BreakerDecisions.LONGEST_WAIT);
        assertThat(BreakerDecisions.hold(wait, Integer.MAX_VALUE)).isEqualTo(BreakerDecisions.LONGEST_WAIT);
    }

    @Test
    void a_wait_that_is_longer_than_an_hour_is_kept() {
        assertThat(BreakerDecisions.hold(Duration.ofHours(3), 5)).isEqualTo(Duration.ofHours(3));
    }

    @Test
    void a_breaker_that_never_opened_holds_nothing() {
        assertThatThrownBy(() -> BreakerDecisions.hold(Duration.ofSeconds(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
