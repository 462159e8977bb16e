package io.orchestrator.queue.redis;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one reader, which blocks in the server. After any failure it is given up and a new one is opened:
 * an answer that may have been lost on it is then looked for by the reader. For one thread at a time, but for
 * {@link #close}.
 */
final class ReaderLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReaderLink.class);

    private final Deployment deployment;
    private final SharedLink shared;
    private final Replies replies;
    private final Object lock = new Object();
    private @Nullable Link link;
    private long clientId;
    private volatile boolean closed;

    ReaderLink(Deployment deployment, SharedLink shared, Replies replies) {
        this.deployment = deployment;
        this.shared = shared;
        this.replies = replies;
    }

    boolean isClosed() {
        return closed;
    }

    boolean oneServer() {
        return deployment.oneServer();
    }

    /** Sends one command, which blocks in the server for up to {@code blocks}, and waits for its answer. */
    <T> T call(String operation, Duration blocks, SharedLink.Command<T> command) {
        try {
            return replies.await(
                    command.apply(open(operation)), shared.timeout().plus(blocks), operation);
        } catch (RedisException e) {
            throw replies.unavailable(operation, e);
        }
    }

    private RedisClusterAsyncCommands<String, String> open(String operation) {
        Link current;
        synchronized (lock) {
            current = link;
        }
        return current == null ? openAnew(operation).commands() : current.commands();
    }

    private Link openAnew(String operation) {
        shared.ensureOpen(operation);
        Link fresh = deployment.blocking();
        try {
            long id = deployment.oneServer()
                    ? replies.await(fresh.commands().clientId(), shared.timeout(), operation)
                    : 0;
            synchronized (lock) {
                if (closed) {
                    throw replies.unavailable(operation, new IllegalStateException("the reader is closed"));
                }
                link = fresh;
                clientId = id;
            }
            return fresh;
        } catch (RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    /** Gives the connection up; the next command opens another one. */
    void discard() {
        synchronized (lock) {
            if (link != null) {
                link.close();
                link = null;
            }
        }
    }

    /**
     * Ends a command that blocks on another thread at once. The server is told to drop the connection first: otherwise
     * it could hand out one more ticket to nobody before it notices.
     */
    @Override
    public void close() {
        long id;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            id = link == null ? 0 : clientId;
        }
        if (id != 0) {
            try {
                shared.call(
                        "drop the connection of a reader", commands -> commands.clientKill(KillArgs.Builder.id(id)));
            } catch (QueueUnavailable e) {
                log.debug("The server was not told that a reader is closed: {}", e.getMessage());
            }
        }
        discard();
    }
}
