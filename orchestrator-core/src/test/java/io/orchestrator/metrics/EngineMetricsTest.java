package io.orchestrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class EngineMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EngineMetrics metrics = new EngineMetrics(registry);

    @Test
    void what_happens_is_counted_under_its_name() {
        metrics.claimed(3, 1);
        metrics.attemptEnded(AttemptEnd.RETRIED, Duration.ofSeconds(2));
        metrics.tasksEnded(TaskEnd.DEAD, 2);
        metrics.leaseRenewed(LeaseRenewal.REFUSED);
        metrics.reported(7);
        metrics.timersFired(4, Duration.ofMillis(30));
        metrics.timersFired(0, Duration.ZERO);
        metrics.resent(5);
        metrics.reaped(1, 6);

        assertThat(count("orchestrator.claims")).isEqualTo(3);
        assertThat(count("orchestrator.stale.tickets")).isEqualTo(1);
        assertThat(registry.get("orchestrator.attempt.duration")
                        .tag("outcome", "retried")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(count("orchestrator.tasks.completed", "outcome", "dead")).isEqualTo(2);
        assertThat(count("orchestrator.lease.renewals", "result", "refused")).isEqualTo(1);
        assertThat(registry.get("orchestrator.report.batch.size").summary().totalAmount())
                .isEqualTo(7);
        assertThat(count("orchestrator.timers.fired")).isEqualTo(4);
        assertThat(registry.get("orchestrator.timer.lateness").timer().count()).isEqualTo(1);
        assertThat(count("orchestrator.dispatch.resent")).isEqualTo(5);
        assertThat(count("orchestrator.workers.lost")).isEqualTo(1);
        assertThat(count("orchestrator.tasks.requeued")).isEqualTo(6);
    }

    @Test
    void every_series_is_there_before_anything_happens_and_none_has_an_id() {
        metrics.watchSlots(() -> 4, () -> 1, () -> 0);
        metrics.watchQueueDepth(Map::of, () -> 0);
        Set<String> tags = new TreeSet<>();
        registry.getMeters().forEach(meter -> meter.getId().getTags().forEach(tag -> tags.add(tag.getKey())));

        // "le" is the bound of a histogram's bucket.
        assertThat(tags).containsExactly("action", "lane", "le", "outcome", "result");
        assertThat(count("orchestrator.tasks.completed", "outcome", "failed")).isZero();
        assertThat(gauge("orchestrator.worker.slots")).isEqualTo(4);
        assertThat(gauge("orchestrator.worker.running")).isEqualTo(1);
    }

    @Test
    void the_depth_of_the_queue_is_fetched_beside_and_missing_while_it_cannot_be() {
        AtomicLong now = new AtomicLong();
        AtomicReference<Supplier<Map<Priority, Long>>> source = new AtomicReference<>(() -> Map.of(Priority.HIGH, 12L));
        metrics.watchQueueDepth(() -> source.get().get(), now::get);

        await().untilAsserted(() -> assertThat(depth("high")).isEqualTo(12));
        assertThat(depth("low")).isZero();

        source.set(() -> {
            throw new QueueUnavailable("away", new IllegalStateException("away"));
        });
        now.addAndGet(Duration.ofSeconds(3).toNanos());
        await().untilAsserted(() -> assertThat(depth("high")).isNaN());
    }

    @Test
    void metrics_that_go_nowhere_take_everything() {
        EngineMetrics none = EngineMetrics.none();

        assertThatCode(() -> {
                    none.claimed(1, 1);
                    none.attemptEnded(AttemptEnd.COMPLETED, Duration.ofSeconds(1));
                    none.watchSlots(() -> 1, () -> 1, () -> 0);
                })
                .doesNotThrowAnyException();
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double depth(String lane) {
        return registry.get("orchestrator.queue.depth")
                .tag("lane", lane)
                .gauge()
                .value();
    }
}
