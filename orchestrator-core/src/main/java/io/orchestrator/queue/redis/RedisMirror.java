package io.orchestrator.queue.redis;

import io.lettuce.core.SetArgs;
import io.lettuce.core.XAddArgs;
import io.orchestrator.queue.HeartbeatMirror;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.redis.SharedLink.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends copies on a thread of its own, on which nothing of the engine waits; what it cannot keep up with is dropped and counted. */
final class RedisMirror implements HeartbeatMirror, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisMirror.class);
    private static final int WAITING_AT_MOST = 100;

    /** Two commands each, so that a group stays below what a connection may have under way. */
    private static final int GROUP = 250;

    private final SharedLink link;
    private final RedisKeys keys;
    private final LongAdder dropped = new LongAdder();
    private final ThreadPoolExecutor sending;

    RedisMirror(SharedLink link, RedisKeys keys) {
        this.link = link;
        this.keys = keys;
        this.sending = new ThreadPoolExecutor(
                1,
                1,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_AT_MOST),
                Thread.ofPlatform().daemon().name("heartbeat-mirror").factory(),
                (task, executor) -> dropped.increment());
        this.sending.allowCoreThreadTimeOut(true);
    }

    @Override
    public void send(List<Beat> beats) {
        for (int from = 0; from < beats.size(); from += GROUP) {
            List<Beat> group = List.copyOf(beats.subList(from, Math.min(from + GROUP, beats.size())));
            sending.execute(() -> sendNow(group));
        }
    }

    private void sendNow(List<Beat> beats) {
        String topic = keys.topic("heartbeats");
        XAddArgs bound =
                new XAddArgs().maxlen(RedisJobQueue.INFORMATIONAL_BOUND).approximateTrimming();
        List<Command<Object>> commands = new ArrayList<>(2 * beats.size());
        for (Beat beat : beats) {
            String content = beat.content().toString();
            commands.add(c -> c.set(keys.heartbeat(beat.taskId()), content, SetArgs.Builder.px(KEPT))
                    .thenApply(Object.class::cast));
            commands.add(
                    c -> c.xadd(topic, bound, Map.of(JobGroup.PAYLOAD, content)).thenApply(Object.class::cast));
        }
        try {
            link.callAll("take copies of heartbeats", commands);
        } catch (QueueUnavailable e) {
            dropped.increment();
            log.debug("Copies of {} heartbeats were dropped: {}", beats.size(), e.getMessage());
        }
    }

    /** Groups that were dropped, since the start. */
    long dropped() {
        return dropped.sum();
    }

    @Override
    public void close() {
        sending.shutdownNow();
    }
}
