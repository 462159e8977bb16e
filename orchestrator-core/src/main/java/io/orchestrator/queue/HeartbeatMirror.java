package io.orchestrator.queue;

import io.orchestrator.json.Json;
import java.time.Duration;
import java.util.List;

/**
 * Copies of heartbeats for consumers outside of the engine: the newest of each task under the key {@code heartbeat:TASK}, and
 * all of them in the topic {@code heartbeats}. Best effort: what cannot be sent at once is dropped. The engine itself reads
 * none of it. Thread-safe.
 */
@FunctionalInterface
public interface HeartbeatMirror {
    /** How long the key of a task that is not heard of any more stays. */
    Duration KEPT = Duration.ofMinutes(5);

    /** A heartbeat, as it is shown. */
    record Beat(String taskId, Json content) {}

    /** Takes copies and returns at once, whatever becomes of them. */
    void send(List<Beat> beats);
}
