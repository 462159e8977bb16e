package io.orchestrator.queue.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection for everything that is answered at once; opened when first needed, and anew after an answer that did
 * not come. Thread-safe: commands of many threads share it and are pipelined by nature.
 */
final class SharedLink implements AutoCloseable {
    /** A command; must not block. */
    interface Command<T> extends Function<RedisClusterAsyncCommands<String, String>, CompletionStage<T>> {}

    private final Deployment deployment;
    private final ServerCheck serverCheck;
    private final Replies replies;
    private final Duration timeout;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Link link;
    private volatile boolean closed;

    SharedLink(Deployment deployment, ServerCheck serverCheck, Replies replies, Duration timeout) {
        this.deployment = deployment;
        this.serverCheck = serverCheck;
        this.replies = replies;
        this.timeout = timeout;
    }

    Duration timeout() {
        return timeout;
    }

    /** One command and its answer. */
    <T> T call(String operation, Command<T> command) {
        return callAll(operation, List.of(command)).getFirst();
    }

    /** Sends all commands before it waits for the first answer: one round trip. At most a request queue's worth. */
    <T> List<T> callAll(String operation, List<? extends Command<T>> commands) {
        Link current = current(operation);
        try {
            List<CompletionStage<T>> underWay = new ArrayList<>(commands.size());
            for (Command<T> command : commands) {
                underWay.add(send(current, command, operation));
            }
            List<T> answers = new ArrayList<>(commands.size());
            for (CompletionStage<T> reply : underWay) {
                answers.add(replies.await(reply, timeout, operation));
            }
            return answers;
        } catch (QueueUnavailable e) {
            if (Replies.suspect(e) && current.connection().isOpen()) {
                drop(current);
            }
            throw e;
        }
    }

    /** Opens the connection if there is none, so that an unusable server is found out. */
    void ensureOpen(String operation) {
        current(operation);
    }

    private <T> CompletionStage<T> send(Link current, Command<T> command, String operation) {
        try {
            return command.apply(current.commands());
        } catch (RedisException e) {
            throw replies.unavailable(operation, e);
        }
    }

    private Link current(String operation) {
        Link current = link;
        return current != null ? current : open(operation);
    }

    private Link open(String operation) {
        boolean mine = false;
        try {
            // Those who wait for somebody else's attempt wait as long as for a command, not for one attempt each.
            mine = opening.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (!mine) {
                throw replies.unavailable(operation, new IllegalStateException("no connection yet"));
            }
            if (closed) {
                throw replies.unavailable(operation, new IllegalStateException("the queue is closed"));
            }
            Link current = link;
            if (current == null) {
                current = connect();
                link = current;
            }
            return current;
        } catch (RedisException e) {
            throw replies.unavailable(operation, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw replies.unavailable(operation, e);
        } finally {
            if (mine) {
                opening.unlock();
            }
        }
    }

    private Link connect() {
        Link fresh = deployment.commands();
        try {
            serverCheck.check(() -> replies.await(fresh.commands().info(), timeout, "tell about itself"));
            return fresh;
        } catch (RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    /**
     * Opens one more connection and closes it again: only that tells why there is none, where a connection that is lost
     * tries to come back by itself.
     */
    void tryToConnect(String operation) {
        try {
            connect().close();
        } catch (RedisException e) {
            throw replies.unavailable(operation, e);
        }
    }

    private void drop(Link suspect) {
        opening.lock();
        try {
            if (suspect.equals(link)) {
                link = null;
            }
        } finally {
            opening.unlock();
        }
        suspect.close();
    }

    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            Link current = link;
            link = null;
            if (current != null) {
                current.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
