package io.orchestrator.queue.redis;

import io.orchestrator.queue.Delivery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ends deliveries: settled, given back, or taken from a consumer that is gone. Thread-safe. */
final class Settlement {
    private final SharedLink link;
    private final RedisKeys keys;

    Settlement(SharedLink link, RedisKeys keys) {
        this.link = link;
        this.keys = keys;
    }

    void settle(List<Delivery> deliveries) {
        Batches.run(
                link,
                "settle " + deliveries.size() + " tickets",
                byStream(deliveries),
                (stream, some) -> commands -> Script.SETTLE.run(commands, List.of(stream), arguments(some, false)));
    }

    void giveBack(List<Delivery> deliveries) {
        Batches.run(
                link,
                "give back " + deliveries.size() + " tickets",
                byStream(deliveries),
                (stream, some) -> commands -> Script.GIVE_BACK.run(commands, List.of(stream), arguments(some, true)));
    }

    /**
     * Puts back what was delivered to the consumer at least {@code idleMs} ago, and removes it from the stream's group
     * unless something younger is pending; whether it is gone.
     */
    boolean retire(String stream, String consumer, long idleMs) {
        List<String> arguments =
                List.of(RedisKeys.WORKERS, consumer, Long.toString(idleMs), Integer.toString(Batches.ITEMS));
        while (true) {
            List<Object> answer = link.<List<Object>>call(
                    "retire the consumer " + consumer,
                    commands -> Script.RETIRE_CONSUMER.run(commands, List.of(stream), arguments));
            boolean gone = Long.valueOf(1).equals(answer.get(1));
            if (gone || Long.valueOf(0).equals(answer.get(0))) {
                return gone;
            }
        }
    }

    private Map<String, List<Delivery>> byStream(List<Delivery> deliveries) {
        Map<String, List<Delivery>> result = new LinkedHashMap<>();
        for (Delivery delivery : deliveries) {
            String stream = keys.lane(Receipt.of(delivery).partition(), delivery.lane());
            result.computeIfAbsent(stream, s -> new ArrayList<>()).add(delivery);
        }
        return result;
    }

    private static List<String> arguments(List<Delivery> deliveries, boolean withTask) {
        List<String> result = new ArrayList<>();
        result.add(RedisKeys.WORKERS);
        for (Delivery delivery : deliveries) {
            result.add(Receipt.of(delivery).entryId());
            if (withTask) {
                result.add(delivery.taskId());
            }
        }
        return result;
    }
}
