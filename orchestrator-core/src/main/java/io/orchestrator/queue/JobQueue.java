package io.orchestrator.queue;

import io.orchestrator.json.Json;
import io.orchestrator.plan.IdempotenceKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Topics with consumer groups and idempotent sending, for people's use beside the engine. Thread-safe. What must not be
 * lost does not live here: tasks are rows in the store, and their idempotence keys hold for the life of their run; the
 * keys of this queue are a fast path that lives as long as its memory, at most {@code idempotenceTtl}.
 */
public interface JobQueue extends AutoCloseable {
    /** The topics of the guide; others may be used as well. */
    List<String> TOPICS = List.of("tasks", "heartbeats", "events");

    /** A message of a topic. */
    record Message(String id, Json payload) {}

    /** A running consumer. */
    interface Consumption extends AutoCloseable {
        /**
         * Ends waiting at once, lets a handler that is at work finish, for 5 s at most, and takes the consumer's name out of
         * the group unless something is pending under it.
         */
        @Override
        void close();
    }

    /** Deterministic: key order and white space of the input do not matter. */
    static String generateKey(String phase, Json input, String version) {
        return IdempotenceKey.generate(phase, input, version);
    }

    /**
     * Appends the payload once per key, atomically; the message's id, or empty for a duplicate.
     *
     * @throws IllegalArgumentException for a key that is null or blank, which all who have none would share,
     *     and for a payload beyond {@link io.orchestrator.json.StorageLimits}, naming the place
     */
    Optional<String> enqueue(String topic, Json payload, String idempotenceKey);

    /**
     * Appends the payload, however often it was before; the message's id.
     *
     * @throws IllegalArgumentException for a payload beyond {@link io.orchestrator.json.StorageLimits}, naming the place
     */
    String enqueue(String topic, Json payload);

    /**
     * Hands messages to {@code handler} until the returned handle is closed. A message is acknowledged when the handler
     * returns; one whose handler throws stays pending for {@link #claimPending}.
     */
    Consumption consume(String topic, String group, String consumer, Consumer<Message> handler);

    /**
     * Says that a message from {@link #claimPending} is done. Once all groups of a topic are done with a message it is
     * deleted; those of {@code heartbeats} and {@code events} stay until newer ones push them out.
     */
    void acknowledge(String topic, String group, String messageId);

    /** Messages in the topic. That of {@code tasks} is not what waits for the engine's workers, who have queues of their own. */
    long queueDepth(String topic);

    /** As {@link #queueDepth}, by the name that the guide has for it. */
    default long getQueueDepth(String topic) {
        return queueDepth(topic);
    }

    /**
     * Takes over messages that a consumer of the group received at least {@code minIdle} ago and did not acknowledge: at
     * most 100 a call, the oldest first. Each is to be acknowledged.
     */
    List<Message> claimPending(String topic, String group, String consumer, Duration minIdle);

    /**
     * Removes consumers of the group that have not been heard of for this long and have nothing pending; returns how many.
     * One that closes in order removes itself. What is pending goes to another by {@link #claimPending} first.
     */
    int removeIdleConsumers(String topic, String group, Duration idle);

    @Override
    void close();
}
