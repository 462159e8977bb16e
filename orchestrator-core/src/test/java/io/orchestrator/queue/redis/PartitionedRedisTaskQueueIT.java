package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.TaskQueueContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract with several partitions on one server. */
class PartitionedRedisTaskQueueIT extends TaskQueueContract {
    private final RedisSettings settings = TestRedis.sharedSettings().withPartitions(3);
    private final List<RedisQueues> opened = new ArrayList<>();

    @Override
    protected TaskQueue connect() {
        RedisQueues queues = RedisQueues.open(settings);
        opened.add(queues);
        return queues.taskQueue();
    }

    @AfterEach
    void closeAll() {
        opened.forEach(RedisQueues::close);
    }

    @Override
    protected void forgetEverything() {
        TestRedis.ask(settings.url(), commands -> {
            List<String> all = commands.keys(settings.keyPrefix() + "*");
            return all.isEmpty() ? 0 : commands.del(all.toArray(String[]::new));
        });
    }

    @Test
    void ticketsSpreadOverThePartitions() {
        queue.send(tickets("t", 100, Priority.NORMAL));

        RedisKeys keys = new RedisKeys(settings.keyPrefix());
        for (int i = 0; i < 3; i++) {
            int partition = i;
            long length =
                    TestRedis.ask(settings.url(), commands -> commands.xlen(keys.lane(partition, Priority.NORMAL)));
            assertThat(length).isBetween(10L, 60L);
        }
    }
}
