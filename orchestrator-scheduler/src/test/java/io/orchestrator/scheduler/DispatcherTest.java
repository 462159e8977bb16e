package io.orchestrator.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.queue.memory.MemoryBroker;
import io.orchestrator.run.Ids;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.memory.InMemoryStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nobody reads here, so that what was sent stays to be counted. */
class DispatcherTest {
    private static final SchedulerSettings SETTINGS = SchedulerSettings.DEFAULT;
    private static final int MORE_THAN_ENOUGH = SETTINGS.enoughTickets() + 500;
    private static final Duration FIRST = Duration.ofSeconds(4);
    private static final Duration AGAIN = Duration.ofSeconds(45);

    private Instant now = Instant.EPOCH;
    private final InstantSource clock = () -> now;
    private final InMemoryStore store = new InMemoryStore(clock, new Ids(clock, new SecureRandom()));
    private final MemoryBroker broker = new MemoryBroker(clock);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(broker);
    private final Dispatcher dispatcher = new Dispatcher(
            store.dispatch(),
            queue,
            SETTINGS,
            EngineMetrics.none(),
            () -> Duration.between(Instant.EPOCH, now).toNanos());

    DispatcherTest() {
        queue.lostItsMemory();
    }

    /** Accepts a phase of so many tasks; their tickets, which are not sent. */
    private List<Ticket> submit(Priority lane, int tasks) {
        Json plan = Json.parse("""
                {"name": "x", "priority": "%s", "phases": [{"phase": "P", "parallelism": %d,
                  "agents": [{"agent": "A", "shard": {"over": "items", "size": 1}}]}]}
                """.formatted(lane.wire(), tasks));
        Json inputs = Json.object(
                "items", Json.array(IntStream.range(0, tasks).boxed().toList()));
        return store.runs()
                .submit(new RunRequest(PlanReader.read(plan), plan, inputs, Json.EMPTY_OBJECT, Optional.empty()))
                .ready()
                .tickets();
    }

    /** As the service's loop does, with time standing still while a round is made. */
    private void dispatchFor(Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            now = now.plus(dispatcher.round());
        }
    }

    private long depth(Priority lane) {
        return queue.depth().getOrDefault(lane, 0L);
    }

    @Test
    void a_ticket_that_was_lost_is_sent_again_however_much_waits_in_other_lanes() {
        queue.send(submit(Priority.LOW, MORE_THAN_ENOUGH));
        List<Ticket> lost = submit(Priority.CRITICAL, 1);

        dispatchFor(FIRST);

        assertThat(queue.waiting(Priority.CRITICAL))
                .containsExactly(lost.getFirst().taskId());
    }

    @Test
    void a_ticket_that_was_lost_is_sent_again_however_much_waits_in_its_own_lane_and_none_that_is_there() {
        queue.send(submit(Priority.NORMAL, MORE_THAN_ENOUGH));
        List<Ticket> lost = submit(Priority.NORMAL, 2);

        dispatchFor(FIRST);

        assertThat(depth(Priority.NORMAL)).isEqualTo(MORE_THAN_ENOUGH + 2);
        assertThat(queue.waiting(Priority.NORMAL))
                .containsAll(lost.stream().map(Ticket::taskId).toList());
        dispatchFor(Duration.ofMinutes(10));
        assertThat(depth(Priority.NORMAL)).isEqualTo(MORE_THAN_ENOUGH + 2);
    }

    @Test
    void a_ticket_that_is_lost_later_is_sent_again_within_the_next_turn() {
        queue.send(submit(Priority.NORMAL, MORE_THAN_ENOUGH));
        dispatchFor(FIRST);
        TaskQueue.Reader reader = queue.reader("reads-and-forgets");
        reader.settle(reader.read(3, Duration.ZERO));
        assertThat(depth(Priority.NORMAL)).isEqualTo(MORE_THAN_ENOUGH - 3);

        dispatchFor(AGAIN);

        assertThat(depth(Priority.NORMAL)).isEqualTo(MORE_THAN_ENOUGH);
    }

    @Test
    void ten_thousand_queued_tasks_have_their_tickets_ten_seconds_after_all_were_lost() {
        queue.send(submit(Priority.NORMAL, 5_000));
        queue.send(submit(Priority.LOW, 5_000));
        dispatchFor(FIRST);

        broker.forgetEverything();
        dispatchFor(Duration.ofSeconds(10));

        assertThat(queue.waiting(Priority.NORMAL)).hasSize(5_000);
        assertThat(queue.waiting(Priority.LOW)).hasSize(5_000);
        assertThat(depth(Priority.NORMAL) + depth(Priority.LOW)).isEqualTo(10_000);
    }

    @Test
    void what_the_queue_did_not_take_goes_first_when_it_is_back() {
        queue.send(submit(Priority.LOW, MORE_THAN_ENOUGH));
        submit(Priority.LOW, 1);
        submit(Priority.HIGH, 1);
        now = now.plus(FIRST);
        broker.takeNothing();

        assertThatExceptionOfType(QueueTakesNothing.class).isThrownBy(dispatcher::round);
        broker.comeBack();
        dispatcher.round();

        assertThat(depth(Priority.HIGH)).isEqualTo(1);
        assertThat(depth(Priority.LOW)).isEqualTo(MORE_THAN_ENOUGH + 1);
    }
}
