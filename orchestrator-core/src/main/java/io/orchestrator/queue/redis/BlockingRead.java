package io.orchestrator.queue.redis;

import io.lettuce.core.Consumer;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Waits in the server until some lane has a ticket. For one thread at a time. */
final class BlockingRead {
    /** In a cluster only one partition can be waited for at a time; the others must not wait long for their turn. */
    private static final Duration TURN = Duration.ofMillis(200);

    private final String consumer;
    private final int partitions;
    private final RedisKeys keys;
    private final Map<String, Lane> lanes = new HashMap<>();
    private int turn;

    private record Lane(int partition, Priority priority) {}

    BlockingRead(RedisKeys keys, int partitions, String consumer) {
        this.keys = keys;
        this.partitions = partitions;
        this.consumer = consumer;
        for (int partition = 0; partition < partitions; partition++) {
            for (Priority priority : Priority.values()) {
                lanes.put(keys.lane(partition, priority), new Lane(partition, priority));
            }
        }
    }

    /**
     * Blocks once, for a part of {@code wait}. May bring more than {@code max}, because the server counts for each lane
     * by itself. Brings nothing when the time is over, and when the lanes vanished in the meantime.
     */
    List<Delivery> read(ReaderLink link, int max, Duration wait) {
        boolean all = link.oneServer() || partitions == 1;
        List<String> streams = all ? allStreams() : keys.lanes(turn);
        turn = (turn + 1) % partitions;
        Duration block = min(wait, all ? LettuceOptions.LONGEST_BLOCK : TURN);
        // 0 would mean for ever
        XReadArgs arguments =
                XReadArgs.Builder.block(Math.max(1, block.toMillis())).count(Math.max(1, max / streams.size()));
        StreamOffset<String>[] offsets = newTicketsOf(streams);
        try {
            return link
                    .call(
                            "hand out tickets",
                            block,
                            commands ->
                                    commands.xreadgroup(Consumer.from(RedisKeys.WORKERS, consumer), arguments, offsets))
                    .stream()
                    .map(this::delivery)
                    .toList();
        } catch (QueueUnavailable e) {
            if (Replies.groupIsGone(e)) {
                return List.of(); // the next non-blocking read makes the groups again
            }
            throw e;
        }
    }

    private Delivery delivery(StreamMessage<String, String> message) {
        Lane lane = lanes.get(message.getStream());
        if (lane == null) {
            throw new IllegalStateException("a ticket from a stream that was not asked for: " + message.getStream());
        }
        Receipt receipt = new Receipt(lane.partition(), message.getId());
        return new Delivery(message.getBody().getOrDefault("t", ""), lane.priority(), receipt.text());
    }

    /** Highest lanes of all partitions first. */
    private List<String> allStreams() {
        return lanes.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.comparing(Lane::priority)))
                .map(Map.Entry::getKey)
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static StreamOffset<String>[] newTicketsOf(List<String> streams) {
        return streams.stream().map(StreamOffset::lastConsumed).toArray(StreamOffset[]::new);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
