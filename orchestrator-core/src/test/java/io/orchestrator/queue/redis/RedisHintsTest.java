package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.orchestrator.queue.redis.RedisSettings.Evicting;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedisHintsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void closing_waits_for_a_connection_that_is_being_opened_as_its_client_is_closed_next() throws Exception {
        SlowToOpen servers = new SlowToOpen();
        Replies replies = new Replies("redis://nowhere");
        ServerCheck evictions = new ServerCheck(Evicting.WARN, "redis://nowhere");
        RedisHints hints =
                new RedisHints(servers, new SharedLink(servers, evictions, replies, PATIENCE), new RedisKeys("test"));
        hints.subscribe("channel", message -> {});
        assertThat(servers.opening.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();

        Thread closing = Thread.ofPlatform().start(hints::close);

        await().atMost(PATIENCE).until(() -> closing.getState() == Thread.State.TIMED_WAITING || !closing.isAlive());
        assertThat(closing.isAlive()).isTrue();
        servers.mayFail.countDown();
        assertThat(closing.join(PATIENCE)).isTrue();
    }

    /** Opens no connection, and takes as long for it as the test says. */
    private static final class SlowToOpen implements Deployment {
        private final CountDownLatch opening = new CountDownLatch(1);
        private final CountDownLatch mayFail = new CountDownLatch(1);

        @Override
        public StatefulRedisPubSubConnection<String, String> pubSub() {
            opening.countDown();
            try {
                mayFail.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new RedisConnectionException("there is no server");
        }

        @Override
        public Link commands() {
            throw new AssertionError("nothing is sent here");
        }

        @Override
        public Link blocking() {
            throw new AssertionError("nothing is sent here");
        }

        @Override
        public boolean oneServer() {
            return true;
        }

        @Override
        public void close() {}
    }
}
