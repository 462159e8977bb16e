package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.server.WatchedConnection.Look;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchedConnectionTest {
    private static final HttpLimits LIMITS =
            new HttpLimits(10, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30));

    private final WatchedConnection connection = new WatchedConnection(0);

    private Optional<String> at(long second, Look look) {
        return connection.judge(look, LIMITS, Duration.ofSeconds(second).toNanos());
    }

    private static Look waiting(long bytesIn, long messages) {
        return new Look(bytesIn, 0, messages, messages, true, false);
    }

    @Test
    void a_head_is_as_old_as_its_first_byte_whatever_comes_after_it() {
        assertThat(at(0, waiting(0, 0))).isEmpty();
        assertThat(at(25, waiting(1, 0))).isEmpty();
        assertThat(at(35, waiting(11, 0))).isEmpty();
        assertThat(at(36, waiting(12, 0)))
                .hasValueSatisfying(why -> assertThat(why).contains("head"));
    }

    @Test
    void a_connection_that_says_nothing_between_requests_is_spared() {
        for (int second = 0; second < 1_000; second++) {
            assertThat(at(second, waiting(500, 5))).isEmpty();
        }
        assertThat(at(1_000, waiting(501, 5))).isEmpty();
        assertThat(at(1_011, waiting(501, 5))).isPresent();
    }

    @Test
    void each_request_begins_anew() {
        for (int second = 0; second < 1_000; second += 6) {
            assertThat(at(second, waiting(second * 100L + 1, second))).isEmpty();
        }
    }

    @Test
    void a_poll_and_a_stream_are_spared_however_long_they_take() {
        Look poll = new Look(100, 0, 1, 0, false, false);
        Look stream = new Look(100, 5_000, 2, 2, false, false);

        assertThat(at(0, poll)).isEmpty();
        assertThat(at(10_000, poll)).isEmpty();
        assertThat(at(10_001, stream)).isEmpty();
        assertThat(at(20_000, stream)).isEmpty();
        assertThat(WatchedConnection.isDispensable(poll)).isFalse();
        assertThat(WatchedConnection.isDispensable(stream)).isFalse();
        assertThat(WatchedConnection.isDispensable(waiting(100, 2))).isTrue();
    }

    @Test
    void a_body_has_its_time_and_is_not_taken_for_the_head_of_the_next_request() {
        assertThat(at(0, new Look(100, 0, 1, 0, true, false))).isEmpty();
        assertThat(at(60, new Look(6_000, 0, 1, 0, true, false))).isEmpty();
        assertThat(at(61, new Look(6_100, 0, 1, 0, true, false)))
                .hasValueSatisfying(why -> assertThat(why).contains("body"));

        WatchedConnection other = new WatchedConnection(0);
        assertThat(other.judge(new Look(6_000, 0, 1, 0, true, false), LIMITS, 0))
                .isEmpty();
        assertThat(other.judge(waiting(6_000, 1), LIMITS, Duration.ofSeconds(50).toNanos()))
                .isEmpty();
        assertThat(other.judge(
                        waiting(6_000, 1), LIMITS, Duration.ofSeconds(500).toNanos()))
                .isEmpty();
    }

    @Test
    void who_reads_slowly_but_reads_is_spared_and_who_does_not_is_not() {
        for (int second = 0; second < 100; second++) {
            assertThat(at(second, new Look(100, second * 2_000L, 1, 1, false, true)))
                    .isEmpty();
        }

        WatchedConnection other = new WatchedConnection(0);
        Look stuck = new Look(100, 32_000, 1, 1, false, true);
        assertThat(other.judge(stuck, LIMITS, 0)).isEmpty();
        assertThat(other.judge(stuck, LIMITS, Duration.ofSeconds(31).toNanos()))
                .hasValueSatisfying(why -> assertThat(why).contains("read too slowly"));
    }
}
