package io.orchestrator.queue.redis;

import io.lettuce.core.resource.ClientResources;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.JobQueue;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import java.util.concurrent.TimeUnit;

/**
 * The way into this package: everything that one process does with one Redis. Thread-safe. To be opened once a process,
 * because threads and connections are shared by all that it gives out; closing it closes all of that.
 *
 * <p>Opening does not connect: a process must be able to start while Redis is away. {@link #check} finds out.
 */
public final class RedisQueues implements AutoCloseable {
    private final ClientResources resources;
    private final Deployment deployment;
    private final SharedLink link;
    private final RedisTaskQueue taskQueue;
    private final RedisJobQueue jobQueue;
    private final RedisHints hints;

    private RedisQueues(RedisSettings settings, RedisUrl url) {
        resources = LettuceOptions.resources();
        deployment = url.cluster()
                ? new ClusterServers(url, resources, settings.commandTimeout())
                : new SingleServer(url.seeds().getFirst(), resources, settings.commandTimeout());
        RedisKeys keys = new RedisKeys(settings.keyPrefix());
        Replies replies = new Replies(url.masked());
        EvictionCheck evictionCheck = new EvictionCheck(settings.evicting(), url.masked());
        link = new SharedLink(deployment, evictionCheck, replies, settings.commandTimeout());
        taskQueue = new RedisTaskQueue(deployment, link, replies, keys, settings);
        jobQueue = new RedisJobQueue(deployment, link, replies, keys, settings);
        hints = new RedisHints(deployment, link, keys);
    }

    /** Throws {@link IllegalArgumentException} for a URL that it cannot use. */
    public static RedisQueues open(RedisSettings settings) {
        return new RedisQueues(settings, RedisUrl.parse(settings.url(), settings.commandTimeout()));
    }

    /**
     * Whether Redis can be used now: throws {@link QueueUnavailable} when it does not answer, {@link EvictingRedis} when
     * it may throw tickets away. The latter is also thrown by whatever is the first to connect.
     */
    public void check() {
        link.call("answer a ping", commands -> commands.ping());
    }

    public TaskQueue taskQueue() {
        return taskQueue;
    }

    public JobQueue jobQueue() {
        return jobQueue;
    }

    public Hints hints() {
        return hints;
    }

    /** How many hints were dropped or could not be sent, since the start. */
    public long lostHints() {
        return hints.lost();
    }

    @Override
    public void close() {
        taskQueue.close();
        jobQueue.close();
        hints.close();
        link.close();
        deployment.close();
        var unused = resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
