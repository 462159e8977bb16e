package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A master that dies, and a replica that sentinel puts in its place. */
class SentinelRedisIT {
    @Test
    void theQueueFollowsAFailoverAndSaysThatTicketsMayBeLost() {
        try (TestRedis master = TestRedis.start();
                TestRedis replica = TestRedis.start("--replicaof", "127.0.0.1", master.port());
                TestRedis sentinel = TestRedis.startSentinel(master);
                RedisQueues queues = RedisQueues.open(
                        RedisSettings.of("redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#main"))) {
            await().until(() ->
                    replica.ask(commands -> commands.info("replication")).contains("master_link_status:up"));
            awaitReplicaKnownTo(sentinel);
            TaskQueue queue = queues.taskQueue();
            TaskQueue.Reader reader = queue.reader("w1");
            assertThat(queue.lostItsMemory()).isTrue();
            assertThat(queue.lostItsMemory()).isFalse();

            master.kill();

            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(QueueUnavailable.class)
                    .until(queue::lostItsMemory);
            queue.send(List.of(new Ticket("again", Priority.NORMAL)));
            List<Delivery> read = reader.read(1, Duration.ofMinutes(1));
            assertThat(read).extracting(Delivery::taskId).containsExactly("again");
            reader.settle(read);
        }
    }

    /** Sentinel learns of replicas from the master, every ten seconds. */
    private static void awaitReplicaKnownTo(TestRedis sentinel) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> sentinel.ask(commands -> commands.info("sentinel")).contains("slaves=1"));
    }
}
