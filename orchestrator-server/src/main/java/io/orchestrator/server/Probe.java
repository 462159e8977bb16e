package io.orchestrator.server;

import io.orchestrator.queue.QueueRefused;
import io.orchestrator.store.StoreRefused;
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
    record Asked(CompletableFuture<Optional<Trouble>> answer, long atNanos) {}

    /**
     * What is wrong.
     *
     * @param refused the server answers and turns us away, which is no outage
     */
    record Trouble(boolean refused, String why) {
        static Trouble of(String why) {
            return new Trouble(false, why);
        }

        static Trouble of(RuntimeException failure) {
            String message = failure.getMessage();
            return new Trouble(
                    failure instanceof StoreRefused || failure instanceof QueueRefused,
                    message == null ? failure.getClass().getSimpleName() : message);
        }
    }

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
            CompletableFuture<Optional<Trouble>> answer = present.answer;
            Thread.ofVirtual().name("check-" + check.name()).start(() -> answer(answer));
        }
        return present;
    }

    /** What is wrong; empty for nothing. */
    Optional<Trouble> await(Asked question) {
        Duration left = patience.minus(ticks.since(question.atNanos));
        try {
            return question.answer.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.of(Trouble.of("no answer within " + patience.toMillis() + " ms"));
        } catch (ExecutionException e) {
            return Optional.of(Trouble.of(String.valueOf(e.getCause())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(Trouble.of("the server is stopping"));
        }
    }

    private void answer(CompletableFuture<Optional<Trouble>> answer) {
        try {
            answer.complete(check.problem().get().map(Trouble::of));
        } catch (RuntimeException e) {
            answer.complete(Optional.of(Trouble.of(e)));
        } finally {
            answer.complete(Optional.of(Trouble.of("the check ended without an answer")));
        }
    }
}
