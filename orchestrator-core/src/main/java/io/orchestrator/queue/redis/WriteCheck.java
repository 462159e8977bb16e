package io.orchestrator.queue.redis;

import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.redis.SharedLink.Command;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether the server takes what is written. One that is full, a replica, or one whose disk is full goes on answering who reads,
 * so that a reader would wait for ever for tickets that nobody can send any more.
 *
 * <p>What it writes is into how many partitions tickets are spread, to a key that goes by itself: with that it also finds
 * processes that would read other streams than this one sends to. Thread-safe.
 */
final class WriteCheck {
    /** How long a reader may take a server for one that takes tickets. */
    static final Duration EVERY = Duration.ofSeconds(4);

    /** So many looks may fail before the others may take the partitions for free. */
    private static final Duration LIFE = EVERY.multipliedBy(4);

    private final SharedLink link;
    private final Ticks ticks;
    private final String place;
    private final String partitions;
    private final List<Command<String>> writes;
    private volatile boolean inDoubt = true;
    private volatile long writtenNanos;

    /** {@code place}: the server's URL as people may see it. On one server, one key stands for all. */
    WriteCheck(SharedLink link, RedisKeys keys, int partitions, boolean oneServer, Ticks ticks, String place) {
        this.link = link;
        this.ticks = ticks;
        this.place = place;
        this.partitions = Integer.toString(partitions);
        List<String> arguments = List.of(this.partitions, Long.toString(LIFE.toMillis()));
        this.writes = IntStream.range(0, oneServer ? 1 : partitions)
                .<Command<String>>mapToObj(partition ->
                        commands -> Script.SPREAD.run(commands, List.of(keys.spread(partition)), arguments))
                .toList();
    }

    /**
     * Writes.
     *
     * @throws io.orchestrator.queue.QueueUnavailable when it is not taken, and says why
     */
    void check() {
        inDoubt = true;
        for (String found : link.callAll("take what is written", writes)) {
            if (!found.equals(partitions)) {
                throw new QueueRefused("Redis at " + place + " is used by others with " + found
                        + " partitions and by this process with " + partitions
                        + ", so that one would not read what the other sends. Set QUEUE_PARTITIONS to the same number"
                        + " everywhere; to change it, stop all of them for " + LIFE.toSeconds() + " seconds");
            }
        }
        writtenNanos = ticks.nanos();
        inDoubt = false;
    }

    /** The same where the last look was not good, or is too long ago. */
    void checkNowAndThen() {
        if (inDoubt || ticks.since(writtenNanos).compareTo(EVERY) >= 0) {
            check();
        }
    }

    /** Something that was written was not taken: the next look is not to wait. */
    void doubt() {
        inDoubt = true;
    }
}
