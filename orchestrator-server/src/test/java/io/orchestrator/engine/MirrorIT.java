package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.queue.JobQueue.Message;
import io.orchestrator.scheduler.EventMirror;
import io.orchestrator.store.EventView;
import io.orchestrator.worker.HeartbeatCopies;
import io.orchestrator.worker.WorkerPool;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of heartbeats and events for consumers outside of the engine, where they were asked for. */
class MirrorIT {
    private static final String PLAN = "{'name':'x','phases':[{'phase':'A','agents':['Agent']}]}";

    private final Engine engine = new Engine();
    private final Queue<Json> received = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        engine.close();
    }

    private List<Long> numbersOf(String runId) {
        return received.stream()
                .filter(event -> event.text("runId").orElseThrow().equals(runId))
                .map(event -> event.get("seq").orElseThrow().asLong())
                .toList();
    }

    @Test
    void every_event_is_copied_once_and_in_order_by_two_mirrors() throws Exception {
        engine.agent("Agent", c -> Json.NULL).start(2);
        List<EventMirror> mirrors = List.of(
                new EventMirror(engine.store.runs(), engine.redis.jobQueue()),
                new EventMirror(engine.store.runs(), engine.redis.jobQueue()));
        mirrors.forEach(EventMirror::start);
        try (var consuming =
                engine.redis.jobQueue().consume("events", "watchers", "w1", m -> received.add(m.payload()))) {
            assertThat(consuming).isNotNull();
            // What was accepted before both have looked for the first time is not copied.
            await().pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        String run = engine.submit(PLAN);
                        return !numbersOf(run).isEmpty() || !received.isEmpty();
                    });
            String run = engine.submit(PLAN);
            engine.awaitEnd(run);
            List<Long> told = engine.store.runs().events(run, 0, 100).stream()
                    .map(EventView::seq)
                    .toList();
            await().atMost(Duration.ofSeconds(60)).until(() -> numbersOf(run).size() >= told.size());
            assertThat(numbersOf(run)).isEqualTo(told);
        } finally {
            mirrors.forEach(EventMirror::stop);
            for (EventMirror mirror : mirrors) {
                assertThat(mirror.awaitStopped(Duration.ofSeconds(10))).isTrue();
            }
        }
    }

    @Test
    void a_pool_copies_what_its_attempts_tell_of_themselves() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        engine.agent("Agent", c -> {
            c.heartbeat(0.35, "a third");
            release.await();
            return Json.NULL;
        });
        WorkerPool pool = engine.addPool(1);
        pool.onHeartbeats(HeartbeatCopies.to(engine.redis.heartbeatMirror()));
        Queue<Message> beats = new ConcurrentLinkedQueue<>();
        try (var consuming = engine.redis.jobQueue().consume("heartbeats", "watchers", "w1", beats::add)) {
            assertThat(consuming).isNotNull();
            String run = engine.submit(PLAN);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> beats.stream()
                            .anyMatch(beat -> beat.payload().text("message").equals(java.util.Optional.of("a third"))));
            Json beat = beats.stream()
                    .filter(m -> m.payload().text("message").equals(java.util.Optional.of("a third")))
                    .findFirst()
                    .orElseThrow()
                    .payload();
            assertThat(beat.text("taskId"))
                    .contains(engine.tasks(run).getFirst().id());
            assertThat(beat.get("progress")).contains(Json.of(0.35));
            release.countDown();
            engine.awaitEnd(run);
        }
    }
}
