package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.time.Ticks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final AtomicLong now = new AtomicLong();
    private final Ticks ticks = now::get;

    @Test
    void a_process_is_ready_when_everything_answers() {
        Readiness readiness =
                readiness(Check.required("postgres", Optional::empty), Check.optional("redis", Optional::empty));

        assertThat(readiness.now().document())
                .isEqualTo(Json.parse("{\"ready\": true, \"checks\": {\"postgres\": \"ok\", \"redis\": \"ok\"}}"));
    }

    @Test
    void what_is_optional_degrades_and_what_is_required_decides() {
        Check redis = Check.optional("redis", () -> Optional.of("connection refused"));
        Check postgres = Check.required("postgres", () -> {
            throw new IllegalStateException("no route to host");
        });

        assertThat(readiness(redis).now().document())
                .isEqualTo(Json.parse("{\"ready\": true, \"checks\": {\"redis\": \"degraded: connection refused\"}}"));
        assertThat(readiness(redis, postgres).now().document()).isEqualTo(Json.parse("""
                {"ready": false, "checks": {"redis": "degraded: connection refused",
                                            "postgres": "away: no route to host"}}
                """));
    }

    @Test
    void a_server_that_turns_the_process_away_is_not_told_as_an_outage() {
        Check postgres = Check.required("postgres", () -> {
            throw new StoreRefused("the user lacks a right");
        });
        Check redis = Check.optional("redis", () -> {
            throw new QueueRefused("NOAUTH");
        });

        assertThat(readiness(postgres, redis).now().document()).isEqualTo(Json.parse("""
                {"ready": false, "checks": {"postgres": "refused: the user lacks a right", "redis": "refused: NOAUTH"}}
                """));
    }

    @Test
    void a_queue_that_takes_nothing_degrades_with_its_reason() {
        Check redis = Check.optional("redis", () -> {
            throw new QueueTakesNothing("takes no tickets, because its memory is full", new IOException());
        });

        assertThat(readiness(redis).now().document()).isEqualTo(Json.parse("""
                {"ready": true, "checks": {"redis": "degraded: takes no tickets, because its memory is full"}}
                """));
    }

    @Test
    void a_check_that_hangs_is_waited_for_once_and_asked_only_once() {
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Readiness readiness = readiness(Check.required("postgres", () -> {
            asked.incrementAndGet();
            awaitUninterrupted(released);
            return Optional.empty();
        }));
        now.addAndGet(Duration.ofMillis(1).toNanos());

        assertThat(readiness.now().ready()).isFalse();
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(readiness.now().ready()).isFalse();
        assertThat(asked).hasValue(1);

        released.countDown();
        await().untilAsserted(() -> assertThat(readiness.now().ready()).isTrue());
    }

    @Test
    void an_answer_holds_for_a_second_and_then_is_asked_for_again() {
        AtomicInteger asked = new AtomicInteger();
        Readiness readiness = readiness(Check.required("postgres", () -> {
            asked.incrementAndGet();
            return Optional.empty();
        }));

        assertThat(readiness.now().ready()).isTrue();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(readiness.now().ready()).isTrue();
        assertThat(asked).hasValue(1);
        now.addAndGet(1);
        assertThat(readiness.now().ready()).isTrue();
        assertThat(asked).hasValue(2);
    }

    private Readiness readiness(Check... checks) {
        return new Readiness(List.of(checks), ticks);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the test was interrupted", e);
        }
    }
}
