package io.orchestrator.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.orchestrator.plan.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every task queue keeps, in memory or not. */
public abstract class TaskQueueContract {
    protected static final Duration NOT_AT_ALL = Duration.ZERO;
    protected static final Duration LONG = Duration.ofMinutes(1);

    protected TaskQueue queue;

    /** A further connection to the same, empty at first, queue. */
    protected abstract TaskQueue connect();

    /** Loses everything, as FLUSHALL does. */
    protected abstract void forgetEverything();

    @BeforeEach
    void connectFirst() {
        queue = connect();
    }

    @AfterEach
    void close() {
        queue.close();
    }

    @Test
    void whatWasSentIsReadOnceAndInOrder() {
        queue.send(List.of(normal("a"), normal("b"), normal("c")));
        TaskQueue.Reader reader = queue.reader("w1");

        List<String> read = drain(reader, 2);

        assertThat(read).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(queue.reader("w2").read(10, NOT_AT_ALL)).isEmpty();
    }

    @Test
    void nothingIsReadFromAnEmptyQueueAndNothingWaitsUnasked() {
        assertThat(queue.reader("w1").read(10, NOT_AT_ALL)).isEmpty();
    }

    @Test
    void higherLanesAreReadFirst() {
        queue.send(List.of(
                new Ticket("l", Priority.LOW),
                new Ticket("n", Priority.NORMAL),
                new Ticket("h", Priority.HIGH),
                new Ticket("c", Priority.CRITICAL)));
        TaskQueue.Reader reader = queue.reader("w1");

        List<Priority> lanes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List<Delivery> one = reader.read(1, NOT_AT_ALL);
            lanes.add(one.getFirst().lane());
            reader.settle(one);
        }

        assertThat(lanes).containsExactly(Priority.values());
    }

    @Test
    void noReadBringsMoreThanItWasAskedForInAllLanesTogether() {
        for (Priority lane : Priority.values()) {
            queue.send(tickets(lane.wire() + "-", 3, lane));
        }
        TaskQueue.Reader reader = queue.reader("w1");

        assertThat(reader.read(5, NOT_AT_ALL)).hasSize(5);
        assertThat(reader.read(1, NOT_AT_ALL)).hasSize(1);
        assertThat(reader.read(100, NOT_AT_ALL)).hasSize(6);
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(0, NOT_AT_ALL));
    }

    @Test
    void theLowestLaneIsReadHoweverMuchWaitsInTheHighest() {
        queue.send(tickets("critical", 500, Priority.CRITICAL));
        queue.send(tickets("low", 5, Priority.LOW));
        TaskQueue.Reader reader = queue.reader("w1");

        List<Priority> lanes = new ArrayList<>();
        for (int i = 0; i < 5 * 24; i++) {
            List<Delivery> one = reader.read(1, NOT_AT_ALL);
            lanes.add(one.getFirst().lane());
            reader.settle(one);
        }

        assertThat(lanes.subList(0, 7)).containsOnly(Priority.CRITICAL);
        assertThat(lanes.stream().filter(Priority.LOW::equals)).hasSize(5);
    }

    @Test
    void aReadThatWaitsIsWokenByATicketOfAnyLane() {
        for (Priority lane : Priority.values()) {
            TaskQueue.Reader reader = queue.reader("w1");
            BackgroundRead read = BackgroundRead.start(reader, 1, LONG);
            read.awaitWaiting();

            queue.send(List.of(new Ticket(lane.wire(), lane)));

            assertThat(read.result()).extracting(Delivery::taskId).containsExactly(lane.wire());
            reader.settle(read.result());
            reader.close();
        }
    }

    @Test
    void closingEndsAReadThatWaits() {
        TaskQueue.Reader reader = queue.reader("w1");
        BackgroundRead read = BackgroundRead.start(reader, 1, LONG);
        read.awaitWaiting();

        reader.close();
        reader.close();

        assertThat(read.result()).isEmpty();
        assertThat(reader.read(1, LONG)).isEmpty();
    }

    @Test
    void interruptingEndsAReadThatWaits() {
        BackgroundRead read = BackgroundRead.start(queue.reader("w1"), 1, LONG);
        read.awaitWaiting();

        read.interrupt();

        assertThat(read.result()).isEmpty();
    }

    @Test
    void settledTicketsAreGoneAndSettlingTwiceIsHarmless() {
        queue.send(List.of(normal("a"), normal("b")));
        TaskQueue.Reader reader = queue.reader("w1");
        List<Delivery> read = reader.read(2, NOT_AT_ALL);
        assertThat(total()).isEqualTo(2);

        reader.settle(read);
        reader.settle(read);
        reader.settle(List.of());

        assertThat(total()).isZero();
        assertThat(queue.reader("w1").read(10, NOT_AT_ALL)).isEmpty();
    }

    @Test
    void whatACrashedReaderDidNotSettleComesFirstForItsSuccessor() {
        queue.send(tickets("t", 5, Priority.NORMAL));
        List<Delivery> unsettled = queue.reader("w1").read(3, NOT_AT_ALL);
        queue.send(List.of(new Ticket("urgent", Priority.CRITICAL)));
        TaskQueue.Reader successor = queue.reader("w1");

        List<Delivery> first = successor.read(2, NOT_AT_ALL);
        List<Delivery> second = successor.read(2, NOT_AT_ALL);
        successor.settle(first);
        successor.settle(second);

        assertThat(first).hasSize(2);
        assertThat(second).hasSize(1);
        assertThat(Stream.of(first, second).flatMap(List::stream).map(Delivery::taskId))
                .containsExactlyInAnyOrderElementsOf(ids(unsettled));
        assertThat(ids(successor.read(1, NOT_AT_ALL))).containsExactly("urgent");
        assertThat(successor.read(10, NOT_AT_ALL)).hasSize(2);
    }

    @Test
    void whatIsGivenBackIsReadByAnotherReaderOnce() {
        queue.send(tickets("t", 3, Priority.HIGH));
        TaskQueue.Reader reader = queue.reader("w1");
        List<Delivery> read = reader.read(3, NOT_AT_ALL);
        reader.settle(read.subList(0, 1));

        reader.giveBack(read.subList(1, 3));
        reader.giveBack(read);

        List<Delivery> again = queue.reader("w2").read(10, NOT_AT_ALL);
        assertThat(ids(again)).containsExactlyInAnyOrderElementsOf(ids(read.subList(1, 3)));
        assertThat(again).extracting(Delivery::lane).containsOnly(Priority.HIGH);
        assertThat(total()).isEqualTo(2);
    }

    @Test
    void itTellsWhichTasksHaveTheirTicketsInALane() {
        queue.send(tickets("t", 2_500, Priority.LOW));
        queue.send(List.of(normal("n"), new Ticket("twice", Priority.HIGH), new Ticket("twice", Priority.HIGH)));
        TaskQueue.Reader reader = queue.reader("w1");
        reader.settle(reader.read(1, NOT_AT_ALL));
        List<Delivery> delivered = reader.read(1, NOT_AT_ALL);

        assertThat(queue.waiting(Priority.CRITICAL)).isEmpty();
        assertThat(queue.waiting(Priority.HIGH)).containsExactlyElementsOf(ids(delivered));
        assertThat(queue.waiting(Priority.NORMAL)).containsExactly("n");
        assertThat(queue.waiting(Priority.LOW)).hasSize(2_500);
    }

    @Test
    void aReaderThatClosesGivesBackWhatItDidNotSettle() {
        queue.send(tickets("t", 3, Priority.NORMAL));
        TaskQueue.Reader reader = queue.reader("w1");
        reader.settle(reader.read(1, NOT_AT_ALL));
        reader.read(1, NOT_AT_ALL);

        reader.close();

        assertThat(queue.reader("w2").read(10, NOT_AT_ALL)).hasSize(2);
    }

    @Test
    void theTicketsOfDeadReadersAreHandedOver() {
        queue.send(tickets("t", 4, Priority.LOW));
        queue.reader("dead").read(3, NOT_AT_ALL);

        assertThat(queue.removeIdleConsumers(Duration.ofHours(1))).isZero();
        assertThat(queue.removeIdleConsumers(Duration.ZERO)).isEqualTo(1);

        assertThat(queue.reader("alive").read(10, NOT_AT_ALL)).hasSize(4);
        assertThat(total()).isEqualTo(4);
    }

    @Test
    void aDeadReaderIsRemovedOnlyWhenAllItsTicketsWereHandedOver() {
        queue.send(tickets("t", 600, Priority.NORMAL));
        assertThat(queue.reader("dead").read(600, NOT_AT_ALL)).hasSize(600);

        assertThat(queue.removeIdleConsumers(Duration.ZERO)).isEqualTo(1);

        assertThat(drain(queue.reader("alive"), 100)).hasSize(600).doesNotHaveDuplicates();
    }

    @Test
    void everyoneWhoAsksHearsOfALossOnce() {
        TaskQueue other = connect();
        assertThat(queue.lostItsMemory()).as("nobody looked before").isTrue();
        assertThat(queue.lostItsMemory()).isFalse();
        assertThat(other.lostItsMemory()).isFalse();

        forgetEverything();

        assertThat(queue.lostItsMemory()).isTrue();
        assertThat(other.lostItsMemory()).isTrue();
        assertThat(queue.lostItsMemory()).isFalse();
        assertThat(other.lostItsMemory()).isFalse();
        other.close();
    }

    @Test
    void aReaderGoesOnAfterALossAndReadsWhatWasSentAgain() {
        TaskQueue.Reader reader = queue.reader("w1");
        queue.send(List.of(normal("a"), normal("b")));
        List<Delivery> before = reader.read(1, NOT_AT_ALL);

        forgetEverything();
        reader.settle(before);
        reader.giveBack(before);
        queue.send(List.of(normal("a"), normal("b"), normal("c")));

        assertThat(drain(reader, 10)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(total()).isZero();
    }

    @Test
    void aReadThatWaitsOutlivesALoss() {
        queue.lostItsMemory();
        BackgroundRead read = BackgroundRead.start(queue.reader("w1"), 1, LONG);
        read.awaitWaiting();

        forgetEverything();
        queue.send(List.of(normal("a")));

        assertThat(read.result()).extracting(Delivery::taskId).containsExactly("a");
    }

    @Test
    void thousandsOfTicketsFitIntoOneSend() {
        queue.send(tickets("t", 5_000, Priority.NORMAL));

        assertThat(total()).isEqualTo(5_000);
        assertThat(drain(queue.reader("w1"), 700)).hasSize(5_000).doesNotHaveDuplicates();
    }

    @Test
    void readersShareTheTicketsWithoutDoublingThem() {
        queue.send(tickets("t", 400, Priority.NORMAL));
        List<BackgroundRead> reads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            reads.add(BackgroundRead.start(queue.reader("w" + i), 100, LONG));
        }

        assertThat(reads.stream().flatMap(read -> ids(read.result()).stream()))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(4);
    }

    protected long total() {
        return queue.depth().values().stream().mapToLong(Long::longValue).sum();
    }

    protected static Ticket normal(String task) {
        return new Ticket(task, Priority.NORMAL);
    }

    protected static List<Ticket> tickets(String prefix, int count, Priority lane) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Ticket(prefix + i, lane))
                .toList();
    }

    protected static List<String> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::taskId).toList();
    }

    /** Reads and settles until nothing is left. */
    protected static List<String> drain(TaskQueue.Reader reader, int max) {
        List<String> result = new ArrayList<>();
        for (List<Delivery> some = reader.read(max, NOT_AT_ALL); !some.isEmpty(); some = reader.read(max, NOT_AT_ALL)) {
            assertThat(some).hasSizeLessThanOrEqualTo(max);
            result.addAll(ids(some));
            reader.settle(some);
        }
        return result;
    }

    /** A read on a thread of its own. */
    protected static final class BackgroundRead {
        private final CompletableFuture<List<Delivery>> result = new CompletableFuture<>();
        private final Thread thread;

        private BackgroundRead(TaskQueue.Reader reader, int max, Duration wait) {
            thread = Thread.ofPlatform().daemon().unstarted(() -> {
                try {
                    result.complete(reader.read(max, wait));
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        }

        public static BackgroundRead start(TaskQueue.Reader reader, int max, Duration wait) {
            BackgroundRead read = new BackgroundRead(reader, max, wait);
            read.thread.start();
            return read;
        }

        public void awaitWaiting() {
            await().until(() -> result.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
            assertThat(result).isNotDone();
        }

        public void interrupt() {
            thread.interrupt();
        }

        /** The end must come well before the wait of the read is over. */
        public List<Delivery> result() {
            return result.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }
}
