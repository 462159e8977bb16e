package io.orchestrator.queue.redis;

import io.lettuce.core.Consumer;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XAutoClaimArgs;
import io.orchestrator.json.Json;
import io.orchestrator.json.UnstorableValue;
import io.orchestrator.plan.IdempotenceKey;
import io.orchestrator.queue.JobQueue;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Topics in Redis Streams, each with its idempotence keys in one slot. A key is a small string that expires by itself,
 * so memory is bounded by how many messages are sent within the time to live (about 150 bytes each).
 */
final class RedisJobQueue implements JobQueue {
    /** Topics whose messages inform and are worth nothing when they are old. */
    private static final Set<String> INFORMATIONAL = Set.of("heartbeats", "events");

    static final long INFORMATIONAL_BOUND = 100_000;
    private static final int CLAIM_AT_MOST = 100;

    private final Deployment deployment;
    private final SharedLink link;
    private final Replies replies;
    private final RedisKeys keys;
    private final Duration idempotenceTtl;
    private final RedisSettings.Reading reading;
    private final Set<JobConsumer> consumers = ConcurrentHashMap.newKeySet();

    RedisJobQueue(Deployment deployment, SharedLink link, Replies replies, RedisKeys keys, RedisSettings settings) {
        this.deployment = deployment;
        this.link = link;
        this.replies = replies;
        this.keys = keys;
        this.idempotenceTtl = settings.idempotenceTtl();
        this.reading = settings.reading();
    }

    @Override
    public Optional<String> enqueue(String topic, Json payload, String idempotenceKey) {
        String stream = stream(topic);
        String once = keys.once(
                topic,
                IdempotenceKey.required(
                        "the idempotence key, without which enqueue(topic, payload) sends,", idempotenceKey));
        String text = text(topic, payload);
        long bound = INFORMATIONAL.contains(topic) ? INFORMATIONAL_BOUND : 0;
        return link.call(
                "enqueue to '" + topic + "'",
                commands -> Script.ENQUEUE_ONCE
                        .<String>run(
                                commands,
                                List.of(stream, once),
                                List.of(text, Long.toString(idempotenceTtl.toMillis()), Long.toString(bound)))
                        .thenApply(Optional::ofNullable));
    }

    @Override
    public String enqueue(String topic, Json payload) {
        String stream = stream(topic);
        String text = text(topic, payload);
        XAddArgs arguments = new XAddArgs();
        if (INFORMATIONAL.contains(topic)) {
            arguments.maxlen(INFORMATIONAL_BOUND).approximateTrimming();
        }
        return link.call(
                "enqueue to '" + topic + "'",
                commands -> commands.xadd(stream, arguments, Map.of(JobGroup.PAYLOAD, text)));
    }

    @Override
    public Consumption consume(
            String topic, String group, String consumer, java.util.function.Consumer<Message> handler) {
        ReaderLink readerLink = new ReaderLink(deployment, link, replies);
        JobConsumer started =
                new JobConsumer(group(topic, group), consumer, readerLink, reading, handler, consumers::remove);
        consumers.add(started);
        started.start();
        return started;
    }

    @Override
    public void acknowledge(String topic, String group, String messageId) {
        group(topic, group).acknowledge(messageId);
    }

    @Override
    public long queueDepth(String topic) {
        String stream = stream(topic);
        return link.call("tell the depth of '" + topic + "'", commands -> commands.xlen(stream));
    }

    @Override
    public List<Message> claimPending(String topic, String group, String consumer, Duration minIdle) {
        String stream = stream(topic);
        XAutoClaimArgs<String> arguments = new XAutoClaimArgs<String>()
                .consumer(Consumer.from(group, consumer))
                .minIdleTime(minIdle)
                .startId("0-0")
                .count(CLAIM_AT_MOST);
        try {
            return link
                    .call("hand over what is pending in '" + topic + "'", c -> c.xautoclaim(stream, arguments))
                    .getMessages()
                    .stream()
                    .map(JobGroup::message)
                    .toList();
        } catch (QueueUnavailable e) {
            if (Replies.groupIsGone(e)) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public int removeIdleConsumers(String topic, String group, Duration idle) {
        return group(topic, group).forgetIdle(idle);
    }

    /** As it comes back: Redis would take more, and readers would not. */
    private static String text(String topic, Json payload) {
        UnstorableValue.first(payload).ifPresent(fault -> {
            throw new IllegalArgumentException(
                    "the payload for topic '" + topic + "' cannot be sent: " + fault.described());
        });
        return payload.toString();
    }

    private JobGroup group(String topic, String group) {
        return new JobGroup(link, stream(topic), group, !INFORMATIONAL.contains(topic));
    }

    private String stream(String topic) {
        if (topic.isBlank() || topic.indexOf('{') >= 0 || topic.indexOf('}') >= 0) {
            throw new IllegalArgumentException("the topic '" + topic + "' is empty or contains a brace");
        }
        return keys.topic(topic);
    }

    @Override
    public void close() {
        List.copyOf(consumers).forEach(JobConsumer::close);
    }
}
