package io.orchestrator.queue.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hints by Redis pub/sub. Publishing never waits: a thread of its own sends, and what it cannot keep up with is dropped
 * and counted. Listeners run on another one, never on Lettuce's. Subscriptions outlive the connection: Lettuce renews
 * them when it is back, and the first connection is tried until there is one.
 */
final class RedisHints implements Hints, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisHints.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int WAITING_AT_MOST = 1_000;

    private final Deployment deployment;
    private final SharedLink link;
    private final RedisKeys keys;
    private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();
    private final LongAdder lost = new LongAdder();
    private final ThreadPoolExecutor sending;
    private final ThreadPoolExecutor dispatching;
    private final ScheduledThreadPoolExecutor subscribing;

    /** Touched on the subscribing thread only, and when that has ended. */
    private @Nullable StatefulRedisPubSubConnection<String, String> connection;

    RedisHints(Deployment deployment, SharedLink link, RedisKeys keys) {
        this.deployment = deployment;
        this.link = link;
        this.keys = keys;
        this.sending = oneThread("send");
        this.dispatching = oneThread("receive");
        this.subscribing = new ScheduledThreadPoolExecutor(1, daemon("subscribe"));
        this.subscribing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private ThreadPoolExecutor oneThread(String name) {
        RejectedExecutionHandler drop = (task, executor) -> lost.increment();
        var executor = new ThreadPoolExecutor(
                1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_AT_MOST), daemon(name), drop);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static ThreadFactory daemon(String name) {
        return Thread.ofPlatform().daemon().name("hints-" + name).factory();
    }

    /** Hints that were dropped or could not be sent, since the start. */
    long lost() {
        return lost.sum();
    }

    @Override
    public void publish(String channel, String message) {
        String name = keys.channel(channel);
        sending.execute(() -> {
            try {
                link.call("publish a hint", commands -> commands.publish(name, message));
            } catch (QueueUnavailable e) {
                lost.increment();
                log.debug("A hint on {} was not sent: {}", name, e.getMessage());
            }
        });
    }

    @Override
    public Subscription subscribe(String channel, Consumer<String> listener) {
        String name = keys.channel(channel);
        listeners.computeIfAbsent(name, c -> new CopyOnWriteArrayList<>()).add(listener);
        subscribing.execute(() -> subscribed(name));
        return () -> {
            listeners.getOrDefault(name, List.of()).remove(listener);
            if (!subscribing.isShutdown()) {
                subscribing.execute(() -> subscribed(name));
            }
        };
    }

    /** Makes the server's idea of a channel agree with the listeners there are. */
    private void subscribed(String name) {
        try {
            var commands = connected().async();
            boolean wanted = !listeners.getOrDefault(name, List.of()).isEmpty();
            var reply = wanted ? commands.subscribe(name) : commands.unsubscribe(name);
            reply.toCompletableFuture().get(link.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.debug("Subscribing to {} is tried again in {}: {}", name, RETRY, e.toString());
            if (!subscribing.isShutdown()) {
                var unused = subscribing.schedule(() -> subscribed(name), RETRY.toNanos(), TimeUnit.NANOSECONDS);
            }
        }
    }

    private StatefulRedisPubSubConnection<String, String> connected() throws RedisException {
        var current = connection;
        if (current == null) {
            current = deployment.pubSub();
            current.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    dispatching.execute(() -> dispatch(channel, message));
                }
            });
            connection = current;
        }
        return current;
    }

    private void dispatch(String channel, String message) {
        for (Consumer<String> listener : listeners.getOrDefault(channel, List.of())) {
            try {
                listener.accept(message);
            } catch (RuntimeException e) {
                log.warn("A listener to {} failed on the hint '{}'", channel, message, e);
            }
        }
    }

    /**
     * Waits for a connection that is being opened, at most the command timeout: next its client is closed, and opening one
     * on a closed client neither succeeds nor fails. Subscriptions that have not begun are dropped.
     */
    @Override
    public void close() {
        if (subscribing.isShutdown()) {
            return;
        }
        sending.shutdownNow();
        subscribing.shutdown();
        try {
            if (subscribing.awaitTermination(link.timeout().toNanos(), TimeUnit.NANOSECONDS) && connection != null) {
                var unused = connection.closeAsync();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dispatching.shutdownNow();
    }
}
