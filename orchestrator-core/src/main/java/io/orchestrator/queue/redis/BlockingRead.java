package io.orchestrator.queue.redis;

import io.lettuce.core.Consumer;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.List;

/** Waits in the server until some lane has a ticket. For one thread at a time. */
final class BlockingRead {
    /** In a cluster only one partition can be waited for at a time; the others must not wait long for their turn. */
    private static final Duration SHARED_WAIT = Duration.ofMillis(200);

    private final String consumer;
    private final List<Lanes> lanes;
    private final Duration blockTime;
    private int turn;
    private boolean sawNothing;

    BlockingRead(List<Lanes> lanes, String consumer, Duration blockTime) {
        this.lanes = lanes;
        this.blockTime = lanes.size() == 1 ? blockTime : min(blockTime, SHARED_WAIT);
        this.consumer = consumer;
    }

    /**
     * Blocks once, for a part of {@code wait}. May bring more than {@code max}, because the server counts for each lane
     * by itself. Brings nothing when the time is over, and when the lanes vanished in the meantime.
     */
    List<Delivery> read(ReaderLink link, int max, Duration wait) {
        Lanes some = lanes.get(turn);
        turn = (turn + 1) % lanes.size();
        Duration block = min(wait, blockTime);
        StreamOffset<String>[] offsets = newTickets(some.streams(List.of(Priority.values()), turn));
        XReadArgs arguments = XReadArgs.Builder.block(Math.max(1, block.toMillis())) // 0 would mean for ever
                .count(Math.max(1, max / offsets.length));
        try {
            List<StreamMessage<String, String>> messages = link.call(
                    "hand out tickets",
                    block,
                    commands -> commands.xreadgroup(Consumer.from(RedisKeys.WORKERS, consumer), arguments, offsets));
            sawNothing = messages.isEmpty() && lanes.size() == 1;
            return messages.stream()
                    .map(m ->
                            some.delivery(m.getStream(), m.getId(), m.getBody().getOrDefault("t", "")))
                    .toList();
        } catch (QueueUnavailable e) {
            sawNothing = false;
            if (Replies.groupIsGone(e)) {
                return List.of(); // the next read that does not wait makes the groups again
            }
            throw e;
        }
    }

    /** Whether the last read waited in vain, and saw all there is: then nothing was there when it ended. */
    boolean sawNothing() {
        return sawNothing;
    }

    @SuppressWarnings("unchecked")
    private static StreamOffset<String>[] newTickets(List<String> streams) {
        return streams.stream().map(StreamOffset::lastConsumed).toArray(StreamOffset[]::new);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
