package io.orchestrator.queue.redis;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.LaneOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One consumer's reads, without waiting, of some lanes: one round trip each. For one thread at a time. */
final class LaneReader {
    private static final String NEW_TICKETS = ">";
    private static final String FROM_THE_FIRST = "0-0";
    private static final List<Priority> HIGHEST_FIRST = List.of(Priority.values());

    private final Lanes lanes;
    private final String consumer;
    private final LaneOrder order = new LaneOrder();

    /** For each stream, up to which entry this consumer's own pending tickets were handed out again. */
    private final Map<String, String> pendingAfter = new HashMap<>();

    private volatile boolean fromTheFirst = true;
    private boolean pendingLeft;
    private int turn;

    LaneReader(Lanes lanes, String consumer) {
        this.lanes = lanes;
        this.consumer = consumer;
    }

    /**
     * What a read brought.
     *
     * @param gone entries whose content somebody deleted: nothing to work on, but to be settled
     */
    record Found(List<Delivery> deliveries, List<Delivery> gone) {}

    /** Begins again with what was delivered to this consumer and never settled. */
    void lookForPending() {
        fromTheFirst = true;
    }

    /** What is pending and was not yet handed out again; empty once all of it was. */
    Found readPending(ReaderLink link, int max) {
        if (fromTheFirst) {
            fromTheFirst = false;
            pendingAfter.clear();
            pendingLeft = true;
        }
        List<Delivery> found = pendingLeft ? read(link, max, lanes.streams(HIGHEST_FIRST, 0), true) : List.of();
        pendingLeft = !found.isEmpty();
        return split(found);
    }

    Found readNew(ReaderLink link, int max) {
        List<Delivery> found = read(link, max, lanes.streams(order.next(), turn), false);
        if (!found.isEmpty()) {
            order.broughtTickets();
            turn++;
        }
        return split(found);
    }

    private List<Delivery> read(ReaderLink link, int max, List<String> streams, boolean pending) {
        List<String> arguments = new ArrayList<>(List.of(RedisKeys.WORKERS, consumer, Integer.toString(max)));
        for (String stream : streams) {
            arguments.add(pending ? pendingAfter.getOrDefault(stream, FROM_THE_FIRST) : NEW_TICKETS);
        }
        List<Object> answer = link.<List<Object>>call(
                "hand out tickets", Duration.ZERO, commands -> Script.READ.run(commands, streams, arguments));
        List<Delivery> found = new ArrayList<>(answer.size() / 3);
        for (int i = 0; i < answer.size(); i += 3) {
            String stream = streams.get(Integer.parseInt(String.valueOf(answer.get(i))) - 1);
            String entryId = String.valueOf(answer.get(i + 1));
            found.add(lanes.delivery(stream, entryId, String.valueOf(answer.get(i + 2))));
            if (pending) {
                pendingAfter.put(stream, entryId);
            }
        }
        return found;
    }

    private static Found split(List<Delivery> found) {
        List<Delivery> gone = found.stream().filter(d -> d.taskId().isEmpty()).toList();
        return gone.isEmpty()
                ? new Found(found, gone)
                : new Found(found.stream().filter(d -> !d.taskId().isEmpty()).toList(), gone);
    }
}
