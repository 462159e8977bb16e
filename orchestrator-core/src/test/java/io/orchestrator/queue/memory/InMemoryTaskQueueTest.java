package io.orchestrator.queue.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.TaskQueueContract;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class InMemoryTaskQueueTest extends TaskQueueContract {
    private final MemoryBroker broker = new MemoryBroker(InstantSource.fixed(Instant.EPOCH));

    @Override
    protected TaskQueue connect() {
        return new InMemoryTaskQueue(broker);
    }

    @Override
    protected void forgetEverything() {
        broker.forgetEverything();
    }

    @Test
    void aBrokerThatIsAwayAnswersNobodyAndHasEverythingWhenItIsBack() {
        TaskQueue.Reader reader = queue.reader("w1");
        queue.send(List.of(normal("a"), normal("b")));
        List<Delivery> first = reader.read(1, NOT_AT_ALL);

        broker.goAway();
        assertThatExceptionOfType(QueueUnavailable.class).isThrownBy(() -> reader.read(1, LONG));
        assertThatExceptionOfType(QueueUnavailable.class).isThrownBy(() -> queue.send(List.of(normal("c"))));
        assertThatExceptionOfType(QueueUnavailable.class).isThrownBy(queue::lostItsMemory);
        broker.comeBack();

        assertThat(reader.read(1, NOT_AT_ALL)).isEqualTo(first);
        assertThat(total()).isEqualTo(2);
    }

    @Test
    void aBrokerThatTakesNothingTellsWhoSendsAndWhoReads() {
        TaskQueue.Reader reader = queue.reader("w1");
        queue.send(List.of(normal("a")));

        broker.takeNothing();
        assertThatExceptionOfType(QueueTakesNothing.class).isThrownBy(() -> queue.send(List.of(normal("b"))));
        assertThatExceptionOfType(QueueTakesNothing.class).isThrownBy(() -> reader.read(1, NOT_AT_ALL));
        broker.comeBack();

        assertThat(reader.read(2, NOT_AT_ALL)).hasSize(1);
    }

    @Test
    void goingAwayEndsAReadThatWaits() {
        BackgroundRead read = BackgroundRead.start(queue.reader("w1"), 1, LONG);
        read.awaitWaiting();

        broker.goAway();

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(read::result)
                .withCauseInstanceOf(QueueUnavailable.class);
    }
}
