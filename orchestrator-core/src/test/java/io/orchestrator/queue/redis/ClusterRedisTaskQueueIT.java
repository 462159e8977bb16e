package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.Range;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.TaskQueueContract;
import io.orchestrator.queue.Ticket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract on a cluster (of one node, which refuses commands that touch two slots as any cluster does). */
class ClusterRedisTaskQueueIT extends TaskQueueContract {
    private static TestRedis node;

    private final List<RedisQueues> opened = new ArrayList<>();

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void startCluster() {
        node = TestRedis.start("--cluster-enabled", "yes");
        node.ask(commands -> commands.clusterAddSlotsRange(Range.create(0, 16_383)));
        await().until(() -> node.ask(commands -> commands.clusterInfo()), info -> info.contains("cluster_state:ok"));
    }

    @AfterAll
    static void stopCluster() {
        node.close();
    }

    @BeforeEach
    void empty() {
        forgetEverything();
    }

    @Override
    protected TaskQueue connect() {
        return open(1).taskQueue();
    }

    private RedisQueues open(int partitions) {
        RedisSettings settings = RedisSettings.of(node.url().replace("redis://", "redis-cluster://"));
        RedisQueues queues = RedisQueues.open(settings.withPartitions(partitions));
        opened.add(queues);
        return queues;
    }

    @AfterEach
    void closeAll() {
        opened.forEach(RedisQueues::close);
    }

    @Override
    protected void forgetEverything() {
        node.ask(commands -> commands.flushall());
    }

    @Test
    void ticketsOfAllPartitionsAreReadAndWakeAReaderThatWaits() {
        TaskQueue spread = open(3).taskQueue();
        TaskQueue.Reader reader = spread.reader("w1");
        assertThat(spread.lostItsMemory()).isTrue();
        spread.send(tickets("t", 100, Priority.NORMAL));
        assertThat(drain(reader, 7)).hasSize(100).doesNotHaveDuplicates();

        for (Ticket ticket : tickets("u", 10, Priority.LOW)) {
            BackgroundRead read = BackgroundRead.start(reader, 1, LONG);
            read.awaitWaiting();
            spread.send(List.of(ticket));
            assertThat(ids(read.result())).containsExactly(ticket.taskId());
            reader.settle(read.result());
        }
        assertThat(spread.lostItsMemory()).isFalse();
        assertThat(spread.depth().values()).containsOnly(0L);
    }

    @Test
    void jobsWorkOnAClusterToo() {
        RedisQueues queues = opened.getFirst();

        assertThat(queues.jobQueue().enqueue("tasks", Json.EMPTY_OBJECT, "k")).isPresent();
        assertThat(queues.jobQueue().enqueue("tasks", Json.EMPTY_OBJECT, "k")).isEmpty();
    }
}
