package io.orchestrator.queue.redis;

import io.lettuce.core.resource.ClientResources;
import io.orchestrator.queue.HeartbeatMirror;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.JobQueue;
import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.time.SystemTicks;
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
    private final RightsCheck rights;
    private final TlsProbe tls;
    private final String place;
    private final WriteCheck writeCheck;
    private final RedisTaskQueue taskQueue;
    private final RedisJobQueue jobQueue;
    private final RedisHints hints;
    private final RedisMirror mirror;

    private RedisQueues(RedisSettings settings, RedisUrl url) {
        resources = LettuceOptions.resources();
        deployment = url.cluster()
                ? new ClusterServers(url, resources, settings.commandTimeout())
                : new SingleServer(url.seeds().getFirst(), resources, settings.commandTimeout());
        RedisKeys keys = new RedisKeys(settings.keyPrefix());
        rights = new RightsCheck(keys);
        tls = new TlsProbe(url.seeds().getFirst());
        place = url.masked();
        Replies replies = new Replies(url.masked());
        ServerCheck serverCheck = new ServerCheck(settings.evicting(), url.masked());
        link = new SharedLink(deployment, serverCheck, replies, settings.commandTimeout());
        writeCheck = new WriteCheck(
                link, keys, settings.partitions(), deployment.oneServer(), new SystemTicks(), url.masked());
        taskQueue = new RedisTaskQueue(deployment, link, replies, keys, settings, writeCheck);
        jobQueue = new RedisJobQueue(deployment, link, replies, keys, settings);
        hints = new RedisHints(deployment, link, keys);
        mirror = new RedisMirror(link, keys);
    }

    /** Throws {@link IllegalArgumentException} for a URL that it cannot use. */
    public static RedisQueues open(RedisSettings settings) {
        return new RedisQueues(settings, RedisUrl.parse(settings.url(), settings.commandTimeout()));
    }

    /**
     * Whether Redis can be used now: throws {@link QueueUnavailable} when it does not answer, and of that {@link QueueRefused}
     * when it answers and cannot be used: the user, a command that is not allowed, its version, or a policy by which it
     * throws tickets away ({@link EvictingRedis}), or {@link QueueTakesNothing} when it answers and takes nothing.
     */
    public void check() {
        try {
            rights.check(link);
            writeCheck.check();
        } catch (QueueRefused | QueueTakesNothing e) {
            throw e;
        } catch (QueueUnavailable e) {
            tls.mismatch().ifPresent(what -> {
                throw new QueueRefused("Redis at " + place + " " + RedisErrors.noTls(what), e);
            });
            link.tryToConnect("answer");
            throw e;
        }
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

    /** Sends nothing until something is given to it. */
    public HeartbeatMirror heartbeatMirror() {
        return mirror;
    }

    /** How many groups of copied heartbeats were dropped, since the start. */
    public long droppedHeartbeats() {
        return mirror.dropped();
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
        mirror.close();
        link.close();
        deployment.close();
        var unused = resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
