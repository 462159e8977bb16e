package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.Consumer;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.sync.RedisCommands;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.TaskQueueContract;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract on a real server, and what only a real server can show. */
class RedisTaskQueueIT extends TaskQueueContract {
    private final RedisSettings settings = settings();
    private final RedisKeys keys = new RedisKeys(settings.keyPrefix());
    private final List<RedisQueues> opened = new ArrayList<>();

    RedisSettings settings() {
        return TestRedis.sharedSettings();
    }

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
    void aScriptFlushIsInvisible() {
        TaskQueue.Reader reader = queue.reader("w1");
        for (int round = 0; round < 20; round++) {
            flushScripts();
            queue.send(tickets("t" + round + "-", 10, Priority.NORMAL));
            flushScripts();
            List<Delivery> read = reader.read(20, NOT_AT_ALL);
            assertThat(read).hasSize(10);
            flushScripts();
            reader.giveBack(read.subList(0, 5));
            flushScripts();
            reader.settle(read.subList(5, 10));
            flushScripts();
            assertThat(drain(reader, 10)).hasSize(5);
        }
    }

    private void flushScripts() {
        TestRedis.ask(settings.url(), commands -> commands.scriptFlush());
    }

    @Test
    void aThousandReadersThatComeAndGoLeaveNoConsumersBehind() {
        queue.send(tickets("t", 50, Priority.NORMAL));
        for (int i = 0; i < 100; i++) {
            try (TaskQueue.Reader reader = queue.reader("closed-" + i)) {
                assertThat(reader.read(1, NOT_AT_ALL)).hasSize(1);
            }
        }
        assertThat(consumers()).isZero();

        queue.send(tickets("u", 850, Priority.NORMAL));
        String lane = keys.lane(0, Priority.NORMAL);
        TestRedis.ask(settings.url(), commands -> {
            for (int i = 0; i < 900; i++) {
                readRaw(commands, lane, "crashed-" + i);
            }
            return true;
        });
        assertThat(consumers()).isEqualTo(900);
        assertThat(queue.removeIdleConsumers(Duration.ofHours(1))).isZero();
        assertThat(queue.removeIdleConsumers(Duration.ZERO)).isEqualTo(900);

        assertThat(consumers()).isZero();
        assertThat(drain(queue.reader("w1"), 64)).hasSize(900).doesNotHaveDuplicates();
    }

    @SuppressWarnings("unchecked")
    private static void readRaw(RedisCommands<String, String> commands, String lane, String name) {
        commands.xreadgroup(
                Consumer.from(RedisKeys.WORKERS, name), XReadArgs.Builder.count(1), StreamOffset.lastConsumed(lane));
    }

    private int consumers() {
        return TestRedis.ask(
                settings.url(),
                commands -> Arrays.stream(Priority.values())
                        .mapToInt(lane -> commands.xinfoConsumers(keys.lane(0, lane), RedisKeys.WORKERS)
                                .size())
                        .sum());
    }

    @Test
    void readsThatWaitBringNoMoreThanAskedForWhenAllLanesFillAtOnce() {
        TaskQueue.Reader reader = queue.reader("w1");
        List<String> read = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            BackgroundRead waiting = BackgroundRead.start(reader, 1, LONG);
            List<Ticket> burst = new ArrayList<>();
            for (Priority lane : Priority.values()) {
                burst.add(new Ticket(lane + "-" + round, lane));
            }
            queue.send(burst);
            assertThat(waiting.result()).hasSize(1);
            read.addAll(ids(waiting.result()));
            reader.settle(waiting.result());
            read.addAll(drain(reader, 3));
        }
        assertThat(read).hasSize(800).doesNotHaveDuplicates();
    }

    @Test
    void anEntryWhoseContentSomebodyDeletedIsSettledWithoutBeingDelivered() {
        queue.send(tickets("t", 3, Priority.NORMAL));
        List<Delivery> read = queue.reader("w1").read(3, NOT_AT_ALL);
        Receipt second = Receipt.of(read.get(1));
        String lane = keys.lane(second.partition(), Priority.NORMAL);
        TestRedis.ask(settings.url(), commands -> commands.xdel(lane, second.entryId()));

        TaskQueue.Reader successor = queue.reader("w1");
        List<String> again = drain(successor, 1);

        assertThat(again).doesNotContain(read.get(1).taskId()).hasSize(2);
        long pending = TestRedis.ask(
                settings.url(),
                commands -> commands.xpending(lane, RedisKeys.WORKERS).getCount());
        assertThat(pending).isZero();
    }

    @Test
    void aLaneThatVanishedAloneIsALoss() {
        queue.lostItsMemory();
        assertThat(queue.lostItsMemory()).isFalse();

        TestRedis.ask(settings.url(), commands -> commands.del(keys.lane(0, Priority.LOW)));

        assertThat(queue.lostItsMemory()).isTrue();
        assertThat(queue.lostItsMemory()).isFalse();
    }
}
