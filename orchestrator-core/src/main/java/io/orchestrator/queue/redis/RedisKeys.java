package io.orchestrator.queue.redis;

import io.orchestrator.plan.Priority;
import java.util.Arrays;
import java.util.List;

/**
 * Every key and channel there is; no other class knows a name. What one script touches shares a hash tag, and with it
 * a slot of a cluster: a partition of the tickets, or a topic of the jobs.
 */
record RedisKeys(String prefix) {
    /** The one group that reads tickets. */
    static final String WORKERS = "workers";

    String lane(int partition, Priority lane) {
        return partition(partition) + ":" + lane.wire();
    }

    /** The lanes of a partition, highest first. */
    List<String> lanes(int partition) {
        return Arrays.stream(Priority.values())
                .map(lane -> lane(partition, lane))
                .toList();
    }

    /** Which memory of the server tickets were sent to. */
    String generation(int partition) {
        return partition(partition) + ":generation";
    }

    /** Never there: for finding out which commands are allowed. */
    String probe() {
        return partition(0) + ":probe";
    }

    /** Into how many partitions all processes spread the tickets; written now and then, and gone soon after the last one. */
    String spread(int partition) {
        return partition(partition) + ":spread";
    }

    private String partition(int partition) {
        return prefix + "{tasks:" + partition + "}";
    }

    String topic(String topic) {
        return prefix + "{jobs:" + topic + "}:messages";
    }

    /** Says that a message with this idempotence key was enqueued. */
    String once(String topic, String idempotenceKey) {
        return prefix + "{jobs:" + topic + "}:once:" + idempotenceKey;
    }

    /** The newest heartbeat of a task, for consumers outside of the engine. */
    String heartbeat(String taskId) {
        return prefix + "heartbeat:" + taskId;
    }

    String channel(String name) {
        return prefix + "hints:" + name;
    }
}
