package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScalingTest {
    private static final Scaling.Range RANGE = new Scaling.Range(true, 2, 10);

    @Test
    void slots_grow_with_the_work_at_once_and_never_beyond_the_most() {
        assertThat(Scaling.slots(RANGE, 2, 7, Duration.ZERO)).isEqualTo(7);
        assertThat(Scaling.slots(RANGE, 2, 1_000_000_000_000L, Duration.ZERO)).isEqualTo(10);
    }

    @Test
    void slots_are_given_up_only_after_there_was_too_little_work_for_a_while() {
        assertThat(Scaling.slots(RANGE, 8, 3, Scaling.PATIENCE.minusMillis(1))).isEqualTo(8);
        assertThat(Scaling.slots(RANGE, 8, 3, Scaling.PATIENCE)).isEqualTo(3);
        assertThat(Scaling.slots(RANGE, 8, 0, Scaling.PATIENCE)).isEqualTo(2);
    }

    @Test
    void without_scaling_the_number_stays_whatever_the_work() {
        assertThat(Scaling.slots(Scaling.Range.OFF, 4, 100, Scaling.PATIENCE)).isEqualTo(4);
    }

    @Test
    void a_range_that_is_none_is_refused() {
        assertThatThrownBy(() -> new Scaling.Range(true, 5, 2)).hasMessageContaining("5 to 2");
    }
}
