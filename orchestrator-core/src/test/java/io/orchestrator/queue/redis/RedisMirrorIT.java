package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.queue.HeartbeatMirror.Beat;
import io.orchestrator.queue.JobQueue.Message;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The names of the guide that nothing of the engine reads: {@code heartbeat:TASK} and the topic {@code heartbeats}. */
class RedisMirrorIT {
    private final RedisSettings settings = TestRedis.sharedSettings();

    @Test
    void theNewestHeartbeatOfATaskIsUnderItsKeyForFiveMinutesAndAllAreInTheTopic() {
        Queue<Message> received = new ConcurrentLinkedQueue<>();
        try (RedisQueues queues = RedisQueues.open(settings);
                var consuming = queues.jobQueue().consume("heartbeats", "watchers", "w1", received::add)) {
            assertThat(consuming).isNotNull();
            queues.heartbeatMirror()
                    .send(List.of(new Beat("task-1", Json.of("first")), new Beat("task-2", Json.of("other"))));
            queues.heartbeatMirror().send(List.of(new Beat("task-1", Json.of("second"))));
            await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == 3);
            assertThat(received)
                    .extracting(Message::payload)
                    .containsExactly(Json.of("first"), Json.of("other"), Json.of("second"));
            String key = settings.keyPrefix() + "heartbeat:task-1";
            String newest = TestRedis.ask(settings.url(), commands -> commands.get(key));
            long leftMs = TestRedis.ask(settings.url(), commands -> commands.pttl(key));
            assertThat(newest).isEqualTo("\"second\"");
            assertThat(leftMs).isBetween(1L, Duration.ofMinutes(5).toMillis());
            assertThat(queues.droppedHeartbeats()).isZero();
        }
    }

    @Test
    void whileRedisIsAwayCopiesAreDroppedAndNobodyWaits() {
        RedisSettings away = RedisSettings.of("redis://127.0.0.1:1").withCommandTimeout(Duration.ofMillis(200));
        try (RedisQueues queues = RedisQueues.open(away)) {
            List<Beat> beats = List.of(new Beat("task-1", Json.NULL));
            for (int i = 0; i < 10_000; i++) {
                queues.heartbeatMirror().send(beats);
            }
            assertThat(queues.droppedHeartbeats()).as("beyond what is kept").isGreaterThan(9_000);
        }
    }
}
