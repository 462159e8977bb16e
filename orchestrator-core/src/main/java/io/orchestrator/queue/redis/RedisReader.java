package io.orchestrator.queue.redis;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads in two steps: first it takes what is there, lane by lane in one round trip (in a cluster one for each partition);
 * only when there is nothing it blocks, on all lanes at once. Reads on a connection of its own, settles on the shared one.
 */
final class RedisReader implements TaskQueue.Reader {
    private static final Logger log = LoggerFactory.getLogger(RedisReader.class);

    private final String consumer;
    private final ReaderLink link;
    private final Settlement settlement;
    private final WriteCheck writeCheck;
    private final Consumer<RedisReader> onClose;
    private final List<String> streams;
    private final List<LaneReader> laneReaders;
    private final BlockingRead blockingRead;
    /** A real clock always: the wait is for a real server. */
    private final Ticks ticks = new SystemTicks();

    private int turn;
    private boolean quiet;

    RedisReader(
            String consumer,
            List<Lanes> lanes,
            Duration blockTime,
            ReaderLink link,
            Settlement settlement,
            WriteCheck writeCheck,
            Consumer<RedisReader> onClose) {
        this.consumer = consumer;
        this.link = link;
        this.settlement = settlement;
        this.writeCheck = writeCheck;
        this.onClose = onClose;
        this.streams = lanes.stream()
                .flatMap(some -> some.streams(List.of(Priority.values()), 0).stream())
                .toList();
        this.laneReaders =
                lanes.stream().map(some -> new LaneReader(some, consumer)).toList();
        this.blockingRead = new BlockingRead(lanes, consumer, blockTime);
    }

    @Override
    public List<Delivery> read(int max, Duration wait) {
        if (max < 1) {
            throw new IllegalArgumentException("expected to read at least 1 ticket, was asked for " + max);
        }
        Deadline deadline = Deadline.in(ticks, wait);
        try {
            writeCheck.checkNowAndThen();
            // A read that follows one that waited in vain begins by waiting: an idle reader asks half as often.
            boolean nothingIsThere = link.isClosed() || (quiet && !wait.isZero());
            List<Delivery> found = nothingIsThere ? List.of() : takeWhatIsThere(max);
            while (found.isEmpty() && mayWait(deadline)) {
                found = atMost(max, blockingRead.read(link, max, deadline.left()));
                quiet = blockingRead.sawNothing();
                if (found.isEmpty() && mayWait(deadline)) {
                    found = takeWhatIsThere(max);
                }
            }
            return found;
        } catch (QueueUnavailable e) {
            // What was on its way to us is pending in our name now: look there before asking for more.
            lookForPending();
            link.discard();
            if (link.isClosed() || Thread.currentThread().isInterrupted()) {
                return List.of();
            }
            throw e;
        }
    }

    private boolean mayWait(Deadline deadline) {
        return !deadline.isOver() && !link.isClosed() && !Thread.currentThread().isInterrupted();
    }

    private List<Delivery> takeWhatIsThere(int max) {
        List<Delivery> pending = fromAll(max, (reader, left) -> reader.readPending(link, left));
        List<Delivery> found = pending.isEmpty() ? fromAll(max, (reader, left) -> reader.readNew(link, left)) : pending;
        quiet &= found.isEmpty();
        return found;
    }

    private List<Delivery> fromAll(int max, BiFunction<LaneReader, Integer, LaneReader.Found> read) {
        List<Delivery> found = new ArrayList<>();
        for (int i = 0; i < laneReaders.size() && found.size() < max; i++) {
            LaneReader reader = laneReaders.get((turn + i) % laneReaders.size());
            LaneReader.Found here;
            do {
                here = read.apply(reader, max - found.size());
                settlement.settle(here.gone());
            } while (here.deliveries().isEmpty() && !here.gone().isEmpty());
            found.addAll(here.deliveries());
        }
        turn = (turn + 1) % laneReaders.size();
        return found;
    }

    /** Several lanes may become ready while blocked, each with a ticket: what is too much goes back, lowest first. */
    private List<Delivery> atMost(int max, List<Delivery> found) {
        if (found.size() <= max) {
            return found;
        }
        List<Delivery> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(Delivery::lane));
        giveBack(sorted.subList(max, sorted.size()));
        return List.copyOf(sorted.subList(0, max));
    }

    @Override
    public void settle(List<Delivery> deliveries) {
        try {
            settlement.settle(deliveries);
        } catch (QueueUnavailable e) {
            lookForPending();
            throw e;
        }
    }

    @Override
    public void giveBack(List<Delivery> deliveries) {
        try {
            settlement.giveBack(deliveries);
        } catch (QueueUnavailable e) {
            lookForPending();
            throw e;
        }
    }

    private void lookForPending() {
        laneReaders.forEach(LaneReader::lookForPending);
        quiet = false;
    }

    @Override
    public void close() {
        if (link.isClosed()) {
            return;
        }
        link.close();
        onClose.accept(this);
        try {
            streams.forEach(stream -> settlement.retire(stream, consumer, 0));
        } catch (QueueUnavailable e) {
            log.debug("The tickets of {} wait for the removal of idle consumers: {}", consumer, e.getMessage());
        }
    }
}
