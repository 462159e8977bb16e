package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LookaheadTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final Lookahead lookahead = new Lookahead();

    @Test
    void nothing_is_claimed_ahead_before_bodies_were_seen_to_be_short() {
        assertThat(lookahead.tasks(64)).isZero();
        lookahead.ran(SHORT);
        assertThat(lookahead.tasks(64)).isZero();
    }

    @Test
    void a_row_of_short_bodies_lets_three_for_each_place_be_claimed_ahead() {
        seeShortOnes();
        assertThat(lookahead.tasks(1)).isEqualTo(3);
        assertThat(lookahead.tasks(64)).isEqualTo(192);
    }

    @Test
    void many_places_do_not_make_it_boundless() {
        seeShortOnes();
        assertThat(lookahead.tasks(1_000)).isEqualTo(192);
    }

    @Test
    void one_long_body_ends_it_at_once_and_a_few_short_ones_do_not_bring_it_back() {
        seeShortOnes();
        lookahead.ran(Duration.ofMinutes(1));
        assertThat(lookahead.tasks(64)).isZero();
        for (int i = 0; i < 20; i++) {
            lookahead.ran(SHORT);
        }
        assertThat(lookahead.tasks(64)).isZero();
    }

    @Test
    void bodies_of_days_do_not_keep_it_closed_for_ever() {
        lookahead.ran(Duration.ofDays(2));
        seeShortOnes();
        assertThat(lookahead.tasks(2)).isEqualTo(6);
    }

    private void seeShortOnes() {
        for (int i = 0; i < 500; i++) {
            lookahead.ran(SHORT);
        }
    }
}
