package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures, and asserts only that nothing is lost: how fast it is depends on the machine. */
class RedisThroughputIT {
    private static final Logger log = LoggerFactory.getLogger(RedisThroughputIT.class);
    private static final int TICKETS = 20_000;
    private static final int BATCH = 64;

    @Test
    void twentyThousandTicketsAreSentReadAndSettled() {
        try (RedisQueues queues = RedisQueues.open(TestRedis.sharedSettings())) {
            TaskQueue queue = queues.taskQueue();
            TaskQueue.Reader reader = queue.reader("w1");
            for (String round : List.of("warm-up", "measured")) {
                List<Ticket> tickets = IntStream.range(0, TICKETS)
                        .mapToObj(i -> new Ticket(UUID.randomUUID().toString(), Priority.NORMAL))
                        .toList();
                long start = System.nanoTime();
                queue.send(tickets);
                long sent = System.nanoTime();
                assertThat(readAll(reader)).isEqualTo(TICKETS);
                long settled = System.nanoTime();
                log.info(
                        "MEASURED {}: {} tickets sent at {}/s, read and settled in batches of {} at {}/s",
                        round,
                        TICKETS,
                        perSecond(sent - start),
                        BATCH,
                        perSecond(settled - sent));
            }
        }
    }

    private static int readAll(TaskQueue.Reader reader) {
        int count = 0;
        for (List<Delivery> some = reader.read(BATCH, Duration.ZERO);
                !some.isEmpty();
                some = reader.read(BATCH, Duration.ZERO)) {
            count += some.size();
            reader.settle(some);
        }
        return count;
    }

    private static long perSecond(long nanos) {
        return TICKETS * 1_000_000_000L / nanos;
    }
}
