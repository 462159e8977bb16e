package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ActivityTest {
    private long now;
    private final Activity activity = new Activity(() -> now, Usage.NONE);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void time_in_which_an_agent_was_made_to_stand_still_is_no_silence() {
        pass(Duration.ofSeconds(3));
        activity.output();
        pass(Duration.ofSeconds(2));
        activity.standsStill();
        pass(Duration.ofMinutes(20));
        assertThat(activity.signs(Usage.NONE).sinceOutput()).isEqualTo(Duration.ofSeconds(2));
        assertThat(activity.signs(Usage.NONE).sinceProgress()).isEqualTo(Duration.ofSeconds(5));
        activity.goesOn();
        pass(Duration.ofSeconds(1));
        assertThat(activity.signs(Usage.NONE).sinceOutput()).isEqualTo(Duration.ofSeconds(3));
        assertThat(activity.signs(Usage.NONE).sinceProgress()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void what_is_heard_of_it_meanwhile_counts_from_when_it_goes_on() {
        pass(Duration.ofSeconds(5));
        activity.standsStill();
        pass(Duration.ofSeconds(1));
        activity.output();
        pass(Duration.ofMinutes(1));
        assertThat(activity.signs(Usage.NONE).sinceOutput()).isZero();
        activity.goesOn();
        pass(Duration.ofSeconds(2));
        assertThat(activity.signs(Usage.NONE).sinceOutput()).isEqualTo(Duration.ofSeconds(2));
    }
}
