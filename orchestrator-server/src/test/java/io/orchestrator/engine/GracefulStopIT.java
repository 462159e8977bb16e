package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.time.SystemTicks;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker that stops hands its tasks over: soon, to others, and without using up an attempt. */
class GracefulStopIT {
    private static final String ONE = "{'name':'x','phases':[{'phase':'A','agents':['Agent']}]}";
    private static final Duration SOON = Duration.ofSeconds(3);

    private final SystemTicks ticks = new SystemTicks();
    private final Engine engine = new Engine();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicLong resumedAt = new AtomicLong();

    @AfterEach
    void close() {
        engine.close();
    }

    private static void pause() throws InterruptedException {
        if (new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts this latch down");
        }
    }

    private Json resumed(int attempt) {
        resumedAt.set(ticks.nanos());
        return Json.of(attempt);
    }

    /** Submits the one task, and lets a second worker stand by while the first one begins it. */
    private String begin() {
        String runId = engine.submit(ONE);
        await().until(() -> begun.getCount() == 0);
        engine.addPool(4);
        return runId;
    }

    private void assertHandedOver(String runId) {
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases().getFirst().tasks().getFirst().output()).contains(Json.of(1));
        assertThat(engine.store.runs().events(runId, 0, 100))
                .extracting(EventView::kind)
                .contains("task.handed_back")
                .doesNotContain("task.reclaimed", "task.retrying");
    }

    @Test
    void an_agent_that_listens_saves_a_checkpoint_and_goes_on_elsewhere_at_once() throws Exception {
        engine.agent("Agent", c -> {
                    if (c.resume().isPresent()) {
                        return resumed(c.task().attempt());
                    }
                    begun.countDown();
                    while (!c.shutdownRequested()) {
                        pause();
                    }
                    c.checkpoint("stopped", Json.NULL);
                    throw new ReturnedEarly("asked to");
                })
                .start(4);
        String runId = begin();
        long asked = ticks.nanos();
        engine.pools.getFirst().stop();
        assertThat(ticks.since(asked)).isLessThan(SOON);
        assertHandedOver(runId);
        assertThat(Duration.ofNanos(resumedAt.get() - asked)).isLessThan(SOON);
    }

    @Test
    void an_agent_that_does_not_listen_is_interrupted_within_the_grace_and_goes_on_elsewhere() throws Exception {
        engine.agent("Agent", c -> {
                    if (c.task().epoch() > 1) {
                        return resumed(c.task().attempt());
                    }
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return Json.NULL;
                })
                .start(4);
        String runId = begin();
        long asked = ticks.nanos();
        engine.pools.getFirst().stop(Duration.ofSeconds(3));
        assertThat(ticks.since(asked)).isLessThan(Duration.ofSeconds(4));
        assertHandedOver(runId);
        assertThat(Duration.ofNanos(resumedAt.get() - asked).minusSeconds(3)).isLessThan(SOON);
    }

    @Test
    void an_agent_that_ignores_even_an_interrupt_holds_up_neither_its_worker_nor_its_task() throws Exception {
        AtomicBoolean released = new AtomicBoolean();
        AtomicInteger interrupts = new AtomicInteger();
        engine.agent("Agent", c -> {
                    if (c.task().epoch() > 1) {
                        return resumed(c.task().attempt());
                    }
                    begun.countDown();
                    while (!released.get()) {
                        try {
                            pause();
                        } catch (InterruptedException e) {
                            interrupts.incrementAndGet();
                        }
                    }
                    return Json.of("too late");
                })
                .start(4);
        String runId = begin();
        long asked = ticks.nanos();
        engine.pools.getFirst().stop(Duration.ofSeconds(3));
        long stopped = ticks.nanos();
        assertThat(Duration.ofNanos(stopped - asked)).isLessThan(Duration.ofSeconds(4));
        try {
            assertThat(interrupts).hasPositiveValue();
            assertHandedOver(runId);
            assertThat(Duration.ofNanos(resumedAt.get() - stopped)).isLessThan(SOON);
        } finally {
            released.set(true);
        }
    }

    @Test
    void a_stopping_worker_takes_nothing_more() throws Exception {
        engine.agent("Agent", c -> Json.of(c.task().attempt())).start(4);
        engine.pools.getFirst().stop();
        assertThat(engine.pools.getFirst().getStats().isRunning()).isFalse();
        String runId = engine.submit(ONE);
        assertThat(engine.view(runId).state().isFinal()).isFalse();
        engine.addPool(1);
        engine.awaitEnd(runId);
        assertThat(engine.tasks(runId)).extracting(RunView.Task::epoch).containsOnly(1L);
    }
}
