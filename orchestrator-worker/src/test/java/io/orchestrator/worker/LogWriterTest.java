package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.run.Ids;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.LogLine.Source;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.TaskLogs.Place;
import io.orchestrator.store.memory.Faults;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Storing what attempts say, while the store is there and while it is not. */
class LogWriterTest {
    private final SystemClock clock = new SystemClock();
    private final AtomicInteger appends = new AtomicInteger();
    private final InMemoryStore store =
            new InMemoryStore(clock, new Ids(clock, new SecureRandom()), (operation, moment) -> {
                if (operation.equals("logs.append") && moment == Faults.Moment.BEFORE_COMMIT) {
                    appends.incrementAndGet();
                }
            });
    private final LogWriter writer = new LogWriter(store.logs(), new SystemTicks(), clock);
    private final LogBuffer buffer = new LogBuffer(new Hold("task-1", 1), 1);

    @AfterEach
    void stop() throws InterruptedException {
        writer.stop();
    }

    private void say(String text) {
        writer.add(buffer, List.of(LogLine.printed(clock.instant(), Source.STDOUT, text)));
    }

    private List<String> stored() {
        SequencedMap<String, Place> from = new LinkedHashMap<>();
        from.put("task-1", Place.START);
        return store.logs().read(from, 1_000).stream()
                .flatMap(chunk -> chunk.lines().stream())
                .map(LogLine::text)
                .toList();
    }

    @Test
    void what_is_said_is_stored_by_itself() {
        writer.start();
        say("a");
        say("b");
        await().untilAsserted(() -> assertThat(stored()).containsExactly("a", "b"));
        assertThat(appends).hasValue(1);
        say("c");
        await().untilAsserted(() -> assertThat(stored()).containsExactly("a", "b", "c"));
    }

    @Test
    void who_says_nothing_costs_nothing_at_its_end_either() {
        writer.start();
        writer.flush(buffer);
        assertThat(appends).hasValue(0);
    }

    @Test
    void last_words_are_stored_when_the_flush_returns() {
        writer.start();
        IntStream.range(0, 100).mapToObj(String::valueOf).forEach(this::say);
        writer.flush(buffer);
        assertThat(stored()).hasSize(100);
    }

    @Test
    void a_flush_keeps_an_interrupt_and_stores_all_the_same() {
        writer.start();
        say("last");
        Thread.currentThread().interrupt();
        writer.flush(buffer);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(stored()).containsExactly("last");
    }

    @Test
    void while_the_store_is_away_nobody_waits_and_afterwards_all_is_stored() {
        writer.start();
        store.goAway();
        say("said while away");
        await().until(() -> {
            // Returns at once when it is known that the store is away.
            writer.flush(buffer);
            return true;
        });
        say("and more");
        store.comeBack();
        await().untilAsserted(() -> assertThat(stored()).containsExactly("said while away", "and more"));
    }

    @Test
    void a_chunk_whose_answer_was_lost_is_stored_once() {
        AtomicInteger losses = new AtomicInteger(1);
        InMemoryStore lossy = new InMemoryStore(clock, new Ids(clock, new SecureRandom()), (operation, moment) -> {
            if (operation.equals("logs.append")
                    && moment == Faults.Moment.AFTER_COMMIT
                    && losses.getAndDecrement() > 0) {
                throw Faults.unavailable(operation, moment);
            }
        });
        LogWriter over = new LogWriter(lossy.logs(), new SystemTicks(), clock);
        over.start();
        over.add(buffer, List.of(LogLine.printed(clock.instant(), Source.STDOUT, "once")));
        await().until(() -> losses.get() < 0);
        SequencedMap<String, Place> from = new LinkedHashMap<>();
        from.put("task-1", Place.START);
        assertThat(lossy.logs().read(from, 10)).hasSize(1);
        over.add(buffer, List.of(LogLine.printed(clock.instant(), Source.STDOUT, "twice")));
        await().untilAsserted(() -> assertThat(lossy.logs().read(from, 10)).hasSize(2));
    }

    @Test
    void what_the_store_refuses_of_one_does_not_take_the_words_of_others() {
        TaskLogs picky = new TaskLogs() {
            @Override
            public void append(List<Addition> additions) {
                if (additions.stream().anyMatch(a -> a.chunk().hold().taskId().equals("task-bad"))) {
                    throw new DataRejected("no", new IllegalArgumentException());
                }
                store.logs().append(additions);
            }

            @Override
            public List<Chunk> read(SequencedMap<String, Place> from, int most) {
                return store.logs().read(from, most);
            }
        };
        LogWriter over = new LogWriter(picky, new SystemTicks(), clock);
        List<LogLine> line = List.of(LogLine.printed(clock.instant(), Source.STDOUT, "x"));
        over.add(new LogBuffer(new Hold("task-bad", 1), 1), line);
        over.add(buffer, line);
        over.start();
        await().untilAsserted(() -> assertThat(stored()).containsExactly("x"));
    }

    @Test
    void what_waits_is_stored_before_the_end() throws InterruptedException {
        writer.start();
        say("last");
        writer.stop();
        assertThat(stored()).containsExactly("last");
    }
}
