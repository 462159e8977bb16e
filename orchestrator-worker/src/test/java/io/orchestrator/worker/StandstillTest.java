package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Freezable;
import io.orchestrator.attempt.CutOffDecisions.Body;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandstillTest {
    private long now;
    private final List<String> asked = new ArrayList<>();
    private final Standstill standstill = new Standstill(() -> now);
    private final Freezable body = new Freezable() {
        @Override
        public void freeze(Runnable couldNot) {
            asked.add("freeze");
        }

        @Override
        public void thaw() {
            asked.add("thaw");
        }
    };

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void hold() {
        standstill.hold(() -> {});
    }

    @Test
    void what_has_not_said_that_it_can_stand_still_is_not_asked_to() {
        assertThat(standstill.body()).isEqualTo(new Body.Works(false));
        hold();
        assertThat(standstill.isOn()).isFalse();
        standstill.of(body);
        assertThat(standstill.body()).isEqualTo(new Body.Works(true));
    }

    @Test
    void while_it_lasts_it_is_looked_after_once_a_second() {
        standstill.of(body);
        for (int tenth = 0; tenth <= 25; tenth++) {
            hold();
            pass(Duration.ofMillis(100));
        }
        assertThat(asked).containsExactly("freeze", "freeze", "freeze");
        assertThat(standstill.body()).isEqualTo(new Body.StandsStill(Duration.ofMillis(2_600)));
    }

    @Test
    void it_ends_once_and_says_how_long_it_was() {
        standstill.of(body);
        hold();
        pass(Duration.ofMinutes(2));
        assertThat(standstill.end()).isEqualTo(Duration.ofMinutes(2));
        assertThat(standstill.end()).isZero();
        assertThat(asked).containsExactly("freeze", "thaw");
        hold();
        assertThat(asked).containsExactly("freeze", "thaw", "freeze");
    }
}
