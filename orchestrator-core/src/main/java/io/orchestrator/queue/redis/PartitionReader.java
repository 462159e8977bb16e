package io.orchestrator.queue.redis;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.LaneOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One consumer's non-blocking reads of one partition. For one thread at a time. */
final class PartitionReader {
    private static final String NEW_TICKETS = ">";
    private static final String FROM_THE_FIRST = "0-0";

    private final RedisKeys keys;
    private final int partition;
    private final String consumer;
    private final LaneOrder order = new LaneOrder();

    /** Up to where this consumer's own pending tickets were handed out again; empty when there are no more. */
    private final Map<Priority, String> pendingAfter = new EnumMap<>(Priority.class);

    private volatile boolean pendingWanted = true;

    PartitionReader(RedisKeys keys, int partition, String consumer) {
        this.keys = keys;
        this.partition = partition;
        this.consumer = consumer;
    }

    /** Begins again with what was delivered to this consumer and never settled. */
    void lookForPending() {
        pendingWanted = true;
    }

    /**
     * What a read brought.
     *
     * @param gone pending entries whose content somebody deleted: nothing to work on, but to be settled
     */
    record Found(List<Delivery> deliveries, List<Delivery> gone) {}

    Found read(ReaderLink link, int max) {
        if (pendingWanted) {
            pendingWanted = false;
            for (Priority lane : Priority.values()) {
                pendingAfter.put(lane, FROM_THE_FIRST);
            }
        }
        if (!pendingAfter.isEmpty()) {
            List<Delivery> pending = readLanes(link, max, List.of(Priority.values()), true);
            if (!pending.isEmpty()) {
                pending.forEach(d -> pendingAfter.put(d.lane(), Receipt.of(d).entryId()));
                return split(pending);
            }
            pendingAfter.clear();
        }
        List<Delivery> fresh = readLanes(link, max, order.next(), false);
        if (!fresh.isEmpty()) {
            order.broughtTickets();
        }
        return split(fresh);
    }

    private List<Delivery> readLanes(ReaderLink link, int max, List<Priority> lanes, boolean pending) {
        List<String> streams =
                lanes.stream().map(lane -> keys.lane(partition, lane)).toList();
        List<String> arguments = new ArrayList<>(List.of(RedisKeys.WORKERS, consumer, Integer.toString(max)));
        for (Priority lane : lanes) {
            arguments.add(pending ? pendingAfter.getOrDefault(lane, FROM_THE_FIRST) : NEW_TICKETS);
        }
        List<Object> answer = link.<List<Object>>call(
                "hand out tickets", Duration.ZERO, commands -> Script.READ.run(commands, streams, arguments));
        List<Delivery> found = new ArrayList<>(answer.size() / 3);
        for (int i = 0; i < answer.size(); i += 3) {
            Priority lane = lanes.get(Integer.parseInt(String.valueOf(answer.get(i))) - 1);
            Receipt receipt = new Receipt(partition, String.valueOf(answer.get(i + 1)));
            found.add(new Delivery(String.valueOf(answer.get(i + 2)), lane, receipt.text()));
        }
        return found;
    }

    private static Found split(List<Delivery> found) {
        List<Delivery> gone = found.stream().filter(d -> d.taskId().isEmpty()).toList();
        return new Found(
                gone.isEmpty()
                        ? found
                        : found.stream().filter(d -> !gone.contains(d)).toList(),
                gone);
    }
}
