package io.orchestrator.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What all hints keep. They may be lost, so a test that waits for one sends it again and again. */
public abstract class HintsContract {
    protected abstract Hints hints();

    @Test
    void aHintReachesTheListenersOfItsChannelOnly() {
        Queue<String> one = new ConcurrentLinkedQueue<>();
        Queue<String> two = new ConcurrentLinkedQueue<>();
        Queue<String> other = new ConcurrentLinkedQueue<>();
        try (var a = hints().subscribe("timers", one::add);
                var b = hints().subscribe("timers", two::add);
                var c = hints().subscribe("runs", other::add)) {
            assertThat(a).isNotSameAs(b).isNotSameAs(c);
            publishUntilHeard("timers", one);
            publishUntilHeard("timers", two);
            publishUntilHeard("runs", other);
        }
        assertThat(one).containsOnly("to timers");
        assertThat(other).containsOnly("to runs");
    }

    @Test
    void aListenerThatWasClosedHearsNothing() {
        Queue<String> closed = new ConcurrentLinkedQueue<>();
        Queue<String> open = new ConcurrentLinkedQueue<>();
        Hints.Subscription first = hints().subscribe("timers", closed::add);
        publishUntilHeard("timers", closed);
        first.close();
        int heard = closed.size();

        try (var second = hints().subscribe("timers", open::add)) {
            assertThat(second).isNotNull();
            hints().publish("timers", "after");
            publishUntilHeard("timers", open);
        }

        assertThat(closed.stream().skip(heard)).doesNotContain("after");
    }

    protected void publishUntilHeard(String channel, Queue<String> heard) {
        await().until(() -> {
            hints().publish(channel, "to " + channel);
            return !heard.isEmpty();
        });
    }
}
