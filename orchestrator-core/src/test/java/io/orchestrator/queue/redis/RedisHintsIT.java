package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.queue.Hints;
import io.orchestrator.queue.HintsContract;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisHintsIT extends HintsContract {
    private final RedisQueues queues = RedisQueues.open(TestRedis.sharedSettings());

    @Override
    protected Hints hints() {
        return queues.hints();
    }

    @AfterEach
    void close() {
        queues.close();
    }

    @Test
    void aSubscriptionOutlivesTheServer() {
        try (TestRedis server = TestRedis.start();
                RedisQueues own = RedisQueues.open(RedisSettings.of(server.url()))) {
            Queue<String> heard = new ConcurrentLinkedQueue<>();
            own.hints().subscribe("timers", heard::add);
            hear(own, heard);

            server.kill();
            server.restart();
            heard.clear();

            hear(own, heard);
        }
    }

    @Test
    void aSubscriptionMadeWhileTheServerIsAwayBeginsWhenItIsThere() {
        try (TestRedis server = TestRedis.start();
                RedisQueues own = RedisQueues.open(RedisSettings.of(server.url()))) {
            server.kill();
            Queue<String> heard = new ConcurrentLinkedQueue<>();
            own.hints().subscribe("timers", heard::add);
            own.hints().publish("timers", "into the void");
            await().until(() -> own.lostHints() == 1);

            server.restart();

            hear(own, heard);
            assertThat(heard).containsOnly("wake up");
        }
    }

    @Test
    void aListenerThatFailsDoesNotHinderTheOthers() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        hints().subscribe("timers", message -> {
            throw new IllegalStateException("a listener's own fault");
        });
        hints().subscribe("timers", heard::add);

        publishUntilHeard("timers", heard);
        heard.clear();
        publishUntilHeard("timers", heard);
    }

    private static void hear(RedisQueues queues, Queue<String> heard) {
        await().until(() -> {
            queues.hints().publish("timers", "wake up");
            return !heard.isEmpty();
        });
    }
}
