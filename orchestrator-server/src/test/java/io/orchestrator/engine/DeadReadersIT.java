package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.run.StageState;
import io.orchestrator.scheduler.SchedulerService;
import io.orchestrator.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker received from the queue and died with does not stay there, nor hold anything up. */
class DeadReadersIT {
    private static final int ENOUGH = SchedulerSettings.DEFAULT.enoughTickets();

    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    /** So many that the dispatcher looks which tickets are there before it sends one again. */
    private void dieWithMoreTicketsThanEnough() {
        List<Ticket> tickets = IntStream.rangeClosed(0, ENOUGH)
                .mapToObj(i -> new Ticket("task-of-nobody-" + i, Priority.NORMAL))
                .toList();
        engine.redis.taskQueue().send(tickets);
        // Never closed in order: the queue is not told, as after a kill -9.
        assertThat(engine.redis.taskQueue().reader("dead").read(tickets.size(), Duration.ZERO))
                .hasSize(tickets.size());
    }

    private long depth() {
        return engine.redis.taskQueue().depth().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private SchedulerService schedulerThatTakesForDead(Duration silence) {
        RedisQueues redis = engine.redis;
        return new SchedulerService(
                new SchedulerService.Ports(
                        engine.store.dispatch(),
                        engine.store.recovery(),
                        redis.taskQueue(),
                        redis.hints(),
                        EngineMetrics.none()),
                SchedulerSettings.DEFAULT.withLease(engine.lease).withReaderDeadAfter(silence),
                "nowhere",
                "never",
                worker -> false);
    }

    @Test
    void the_tickets_of_a_dead_reader_are_handed_over_and_a_task_whose_own_was_lost_is_sent_again() throws Exception {
        engine.redis.taskQueue().lostItsMemory();
        dieWithMoreTicketsThanEnough();
        // Accepted, and its ticket lost on the way.
        String runId = engine.submitUnannounced("{'name':'x','phases':[{'phase':'A','agents':['No']}]}");
        SchedulerService scheduler = schedulerThatTakesForDead(Duration.ofMillis(500));
        scheduler.start();
        try {
            engine.agent("No", c -> Json.NULL).addPool(4);
            assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
            await().until(() -> depth() == 0);
        } finally {
            scheduler.stop();
            assertThat(scheduler.awaitStopped(Duration.ofSeconds(5))).isTrue();
        }
    }
}
