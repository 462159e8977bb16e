package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The contract on a cluster of three masters. */
class ClusterRedisTaskQueueIT extends TaskQueueContract {
    private static TestCluster cluster;

    private final List<RedisQueues> opened = new ArrayList<>();

    @BeforeAll
    static void startCluster() {
        cluster = TestCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
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
        RedisSettings settings = RedisSettings.of(cluster.url());
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
        cluster.forgetEverything();
    }

    @Test
    void ticketsOfAllPartitionsAreReadAndWakeAReaderThatWaits() {
        // Of these slots four are the fewest that lie on all three masters.
        TaskQueue spread = open(4).taskQueue();
        TaskQueue.Reader reader = spread.reader("w1");
        assertThat(spread.lostItsMemory()).isTrue();
        spread.send(tickets("t", 100, Priority.NORMAL));
        assertThat(cluster.keys()).allSatisfy(keys -> assertThat(keys).isPositive());
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
