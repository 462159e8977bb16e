package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.TaskQueue;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes that spread tickets over different streams would not read what the others send. */
class RedisPartitionsIT {
    private final RedisSettings settings = TestRedis.sharedSettings();
    private final String key = settings.keyPrefix() + "{tasks:0}:spread";
    private final RedisQueues three = RedisQueues.open(settings.withPartitions(3));
    private final RedisQueues one = RedisQueues.open(settings);

    @AfterEach
    void close() {
        three.close();
        one.close();
    }

    private static void refused(ThrowingCallable action) {
        assertThatExceptionOfType(QueueRefused.class)
                .isThrownBy(action)
                .withMessageContaining("is used by others with 3 partitions and by this process with 1")
                .withMessageContaining("Set QUEUE_PARTITIONS to the same number everywhere");
    }

    @Test
    void a_process_with_another_number_is_refused_whatever_it_does_and_the_others_go_on() {
        three.check();

        refused(one::check);
        refused(() -> one.taskQueue().lostItsMemory());
        TaskQueue.Reader reader = one.taskQueue().reader("w1");
        refused(() -> reader.read(1, Duration.ZERO));
        assertThatNoException().isThrownBy(three::check);
    }

    @Test
    void the_number_holds_while_somebody_works_with_it_and_can_be_changed_soon_after() {
        assertThat(three.taskQueue().reader("w1").read(1, Duration.ZERO)).isEmpty();
        assertThat(life()).isBetween(1L, 16_000L);
        refused(one::check);

        // As if so much time had passed without a process that uses three.
        TestRedis.ask(TestRedis.sharedUrl(), commands -> commands.del(key));

        assertThatNoException().isThrownBy(one::check);
        String inUse = TestRedis.ask(TestRedis.sharedUrl(), commands -> commands.get(key));
        assertThat(inUse).isEqualTo("1");
    }

    private long life() {
        return TestRedis.ask(TestRedis.sharedUrl(), commands -> commands.pttl(key));
    }
}
