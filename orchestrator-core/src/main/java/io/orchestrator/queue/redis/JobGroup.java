package io.orchestrator.queue.redis;

import io.lettuce.core.RedisBusyException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import io.orchestrator.queue.JobQueue.Message;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.List;

/**
 * A consumer group of a topic.
 *
 * @param deleteWhenDone whether a message is deleted once all groups acknowledged it; else the topic is trimmed by size
 */
record JobGroup(SharedLink link, String stream, String name, boolean deleteWhenDone) {
    static final String PAYLOAD = "p";

    /** Reads from the first message that is there, also those sent before anyone listened. */
    void create() {
        try {
            link.call(
                    "create the group " + name,
                    commands -> commands.xgroupCreate(
                            StreamOffset.from(stream, "0-0"), name, XGroupCreateArgs.Builder.mkstream()));
        } catch (QueueUnavailable e) {
            if (!(e.getCause() instanceof RedisBusyException)) {
                throw e;
            }
        }
    }

    void acknowledge(String messageId) {
        link.call(
                "acknowledge " + messageId,
                commands -> deleteWhenDone
                        ? Script.ACKNOWLEDGE_MESSAGE.<Long>run(commands, List.of(stream), List.of(name, messageId))
                        : commands.xack(stream, name, messageId));
    }

    /** Takes a consumer out of the group unless something is pending under its name; whether it is out. */
    boolean forget(String consumer) {
        return link.call(
                        "forget the consumer " + consumer,
                        commands ->
                                Script.FORGET_CONSUMER.<Long>run(commands, List.of(stream), List.of(name, consumer)))
                == 1;
    }

    /** Those that have not asked for messages for this long. */
    int forgetIdle(Duration idle) {
        int forgotten = 0;
        for (ConsumerInfo consumer : ConsumerInfo.list(link, stream, name)) {
            if (consumer.idleMs() >= idle.toMillis() && forget(consumer.name())) {
                forgotten++;
            }
        }
        return forgotten;
    }

    /** What is no JSON (somebody else's doing) arrives as a string rather than blocking the topic. */
    static Message message(StreamMessage<String, String> message) {
        String payload = message.getBody() == null ? "null" : message.getBody().getOrDefault(PAYLOAD, "null");
        try {
            return new Message(message.getId(), Json.parseStored(payload));
        } catch (JsonException e) {
            return new Message(message.getId(), Json.of(payload));
        }
    }
}
