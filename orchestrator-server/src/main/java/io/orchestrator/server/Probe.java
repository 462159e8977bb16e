package io.orchestrator.server;

import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a {@link Check} on a thread of its own and remembers the answer for a moment. However many ask, one question
 * is under way at most; whoever asks waits a bounded time, all in all, for the one that is. Thread-safe.
 */
final class Probe {
    private final Check check;
    private final Duration fresh;
    private final Duration patience;
    private final Ticks ticks;
    private @Nullable Asked asked;

    /** A question under way, or the last one that was answered. */
    record Asked(CompletableFuture<Optional<String>> answer, long atNanos) {}

    Probe(Check check, Duration fresh, Duration patience, Ticks ticks) {
        this.check = check;
        this.fresh = fresh;
        this.patience = patience;
        this.ticks = ticks;
    }

    Check check() {
        return check;
    }

    /** Starts asking where the last answer has grown old, so that several probes can be awaited side by side. */
    synchronized Asked ask() {
        Asked present = asked;
        if (present == null
                || (present.answer.isDone() && ticks.since(present.atNanos).compareTo(fresh) > 0)) {
            present = new Asked(new CompletableFuture<>(), ticks.nanos());
            asked = present;
            CompletableFuture<Optional<String>> answer = present.answer;
            Thread.ofVirtual().name("check-" + check.name()).start(() -> answer(answer));
        }
        return present;
    }

    /** What is wrong, in words; empty for nothing. */
    Optional<String> await(Asked question) {
        Duration left = patience.minus(ticks.since(question.atNanos));
        try {
            return question.answer.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.of("no answer within " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            return Optional.of(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the server is stopping");
        }
    }

    private void answer(CompletableFuture<Optional<String>> answer) {
        try {
            answer.complete(check.problem().get());
        } catch (RuntimeException e) {
            String message = e.getMessage();
            answer.complete(Optional.of(message == null ? e.getClass().getSimpleName() : message));
        } finally {
            answer.complete(Optional.of("the check ended without an answer"));
        }
    }
}
