package io.orchestrator.queue.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for answers, and turns every way in which they fail to come into one exception. */
final class Replies {
    private final String server;

    /** {@code server}: the URL as people may see it. */
    Replies(String server) {
        this.server = server;
    }

    <T> T await(CompletionStage<T> reply, Duration timeout, String operation) {
        try {
            return reply.toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(operation, e);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            throw unavailable(operation, e);
        }
    }

    QueueUnavailable unavailable(String operation, Throwable failure) {
        Throwable cause = rootOf(failure);
        String reason = switch (cause) {
            case TimeoutException e -> "no answer in time";
            case InterruptedException e -> "the wait was interrupted";
            default ->
                cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage() + because(cause);
        };
        Optional<String> remedy = RedisErrors.remedy(failure);
        if (remedy.isPresent()) {
            return new QueueRefused("Redis at " + server + " " + remedy.get(), cause);
        }
        Optional<String> takesNothing = RedisErrors.whyNothingIsTaken(failure);
        if (takesNothing.isPresent()) {
            return new QueueTakesNothing("Redis at " + server + " " + takesNothing.get(), cause);
        }
        return new QueueUnavailable(
                "Redis at " + server + " could not " + operation + ": " + reason
                        + ". Whether it took place is unknown; it may be asked again",
                cause);
    }

    /** Lettuce says of a connection only that there is none. */
    private static String because(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.equals(failure) || root.getMessage() == null ? "" : " (" + root.getMessage() + ")";
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * Whether the connection on which this happened must not be used again: it may be dead (no answer), or lead to a
     * server that was the master once.
     */
    static boolean suspect(QueueUnavailable failure) {
        String message = messageOf(failure);
        return failure.getCause() instanceof TimeoutException
                || failure.getCause() instanceof RedisCommandTimeoutException
                || message.startsWith("READONLY")
                || message.startsWith("LOADING")
                || message.startsWith("MASTERDOWN");
    }

    /** Whether the server answered, with a refusal. */
    static boolean refused(QueueUnavailable failure) {
        return failure.getCause() instanceof RedisCommandExecutionException && !suspect(failure);
    }

    /** Whether the server says that the stream or its group is gone, as after a flush. */
    static boolean groupIsGone(QueueUnavailable failure) {
        String message = messageOf(failure);
        return message.startsWith("NOGROUP")
                || message.startsWith("UNBLOCKED")
                || message.startsWith("ERR no such key");
    }

    private static String messageOf(QueueUnavailable failure) {
        return failure.getCause() instanceof RedisCommandExecutionException answer
                ? String.valueOf(answer.getMessage())
                : "";
    }
}
