package io.orchestrator.queue.redis;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The streams of some partitions that one command may touch together. Immutable. */
final class Lanes {
    private record Lane(int partition, Priority priority) {}

    private final RedisKeys keys;
    private final List<Integer> partitions;
    private final Map<String, Lane> byStream = new LinkedHashMap<>();

    private Lanes(RedisKeys keys, List<Integer> partitions) {
        this.keys = keys;
        this.partitions = partitions;
        for (Priority priority : Priority.values()) {
            partitions.forEach(p -> byStream.put(keys.lane(p, priority), new Lane(p, priority)));
        }
    }

    /** All lanes together on one server; in a cluster, where each partition is a slot, one by one. */
    static List<Lanes> of(RedisKeys keys, int partitionCount, boolean oneServer) {
        List<Integer> all = new ArrayList<>();
        for (int partition = 0; partition < partitionCount; partition++) {
            all.add(partition);
        }
        return oneServer
                ? List.of(new Lanes(keys, all))
                : all.stream().map(p -> new Lanes(keys, List.of(p))).toList();
    }

    /** By priority in this order; within a priority beginning with another partition each time {@code turn} grows. */
    List<String> streams(List<Priority> order, int turn) {
        List<String> streams = new ArrayList<>();
        for (Priority priority : order) {
            for (int i = 0; i < partitions.size(); i++) {
                int partition = partitions.get(Math.floorMod(turn + i, partitions.size()));
                streams.add(keys.lane(partition, priority));
            }
        }
        return streams;
    }

    Delivery delivery(String stream, String entryId, String taskId) {
        Lane lane = byStream.get(stream);
        if (lane == null) {
            throw new IllegalStateException("a ticket from a stream that was not asked for: " + stream);
        }
        return new Delivery(taskId, lane.priority(), new Receipt(lane.partition(), entryId).text());
    }
}
