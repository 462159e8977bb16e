package io.orchestrator.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.queue.Hints;
import io.orchestrator.queue.memory.InMemoryHints;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DueLoopTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Counts the subscriptions that are open. */
    private static final class CountingHints implements Hints {
        private final InMemoryHints hints = new InMemoryHints();
        private final AtomicInteger open = new AtomicInteger();

        @Override
        public void publish(String channel, String message) {
            hints.publish(channel, message);
        }

        @Override
        public Subscription subscribe(String channel, Consumer<String> listener) {
            Subscription subscription = hints.subscribe(channel, listener);
            open.incrementAndGet();
            return () -> {
                subscription.close();
                open.decrementAndGet();
            };
        }
    }

    private final CountingHints hints = new CountingHints();
    private final AtomicInteger rounds = new AtomicInteger();
    private final DueLoop loop = new DueLoop("due", hints, HOUR, () -> {
        rounds.incrementAndGet();
        return HOUR;
    });

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        assertThat(loop.awaitStopped(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void it_pauses_until_the_next_thing_is_due_and_no_longer_than_to_the_next_check() {
        assertThat(loop.pause(Optional.of(Duration.ofMinutes(1)))).isEqualTo(Duration.ofMinutes(1));
        assertThat(loop.pause(Optional.of(Duration.ofDays(1)))).isEqualTo(HOUR);
        assertThat(loop.pause(Optional.empty())).isEqualTo(HOUR);
    }

    @Test
    void a_hint_that_an_earlier_thing_was_set_makes_it_look_at_once() {
        loop.start();
        await().until(() -> rounds.get() == 1);
        hints.publish(Hints.TIMERS, "");
        await().until(() -> rounds.get() == 2);
    }

    @Test
    void it_listens_once_while_it_runs_and_no_more_when_it_was_stopped() {
        loop.start();
        loop.start();
        assertThat(hints.open).hasValue(1);
        loop.stop();
        loop.stop();
        assertThat(hints.open).hasValue(0);
        loop.start();
        assertThat(hints.open).hasValue(1);
    }
}
