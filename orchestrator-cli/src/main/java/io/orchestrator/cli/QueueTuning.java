package io.orchestrator.cli;

import io.orchestrator.queue.redis.RedisSettings;
import java.time.Duration;

/**
 * How this process uses Redis.
 *
 * @param partitions into how many hash slots tickets are spread; the same for all processes
 * @param blockTime how long one command waits for tickets in the server at most
 */
record QueueTuning(int partitions, Duration blockTime) {
    static final QueueTuning DEFAULT = new QueueTuning(1, RedisSettings.Reading.DEFAULT.blockTime());

    /** @throws Refusal for a value that cannot be used */
    static QueueTuning of(Caller caller) {
        Variables variables = new Variables(caller);
        return new QueueTuning(
                variables.wholeNumber("QUEUE_PARTITIONS", 1, 256).orElse(DEFAULT.partitions),
                Duration.ofMillis(
                        variables.wholeNumber("QUEUE_BLOCK_TIME_MS", 1, 60_000).orElse((int)
                                DEFAULT.blockTime.toMillis())));
    }

    RedisSettings settings(String url) {
        return RedisSettings.of(url).withPartitions(partitions).withBlockTime(blockTime);
    }
}
