package io.orchestrator.worker;

import io.orchestrator.agent.LogLevel;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.TaskLogs.Addition;
import io.orchestrator.store.TaskLogs.Chunk;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one attempt has said and is not stored yet. Bounded: the beginning of a log and its newest lines are what people look
 * for, so the middle goes first, of what waits here as of what is stored. Pure; for one thread at a time.
 */
final class LogBuffer {
    /** What is kept of an attempt, in all. */
    static final int KEPT_BYTES = 1024 * 1024;

    /** Of that, the beginning. */
    static final int HEAD_BYTES = 64 * 1024;

    /** What waits here at most, besides the beginning. */
    static final int WAITING_BYTES = 256 * 1024;

    private static final int CHUNK_BYTES = 64 * 1024;

    /** Makes many short lines count for what they cost. */
    private static final int LINE_OVERHEAD_BYTES = 32;

    private record Kept(long firstLine, long bytes) {}

    private final Hold hold;
    private final int attempt;
    private final Deque<LogLine> head = new ArrayDeque<>(0);
    private final Deque<LogLine> tail = new ArrayDeque<>(0);
    private final Deque<Kept> keptTail = new ArrayDeque<>(0);
    private long headBytes;
    private boolean headIsFull;
    private long waitingHeadBytes;
    private long waitingTailBytes;
    private long missing;
    private long nextLine;
    private long headEnd;
    private long keptTailBytes;

    LogBuffer(Hold hold, int attempt) {
        this.hold = hold;
        this.attempt = attempt;
    }

    /** Takes a line. Without room a line of its own goes for it, or it is the one that goes. */
    void add(LogLine line, boolean hasRoom) {
        long cost = cost(line);
        if (!headIsFull && hasRoom && headBytes + cost <= HEAD_BYTES) {
            head.add(line);
            headBytes += cost;
            waitingHeadBytes += cost;
            return;
        }
        headIsFull = true;
        long most = hasRoom ? WAITING_BYTES : Math.min(waitingTailBytes, WAITING_BYTES);
        while (!tail.isEmpty() && waitingTailBytes + cost > most) {
            waitingTailBytes -= cost(tail.removeFirst());
            missing++;
        }
        if (waitingTailBytes + cost > most) {
            missing++;
            return;
        }
        tail.add(line);
        waitingTailBytes += cost;
    }

    /** What waits here. */
    long bytes() {
        return waitingHeadBytes + waitingTailBytes;
    }

    /** All that waits, to be stored. */
    List<Addition> take(Instant now) {
        List<Addition> additions = new ArrayList<>();
        for (List<LogLine> lines : chunks(head)) {
            Chunk chunk = next(lines);
            headEnd = chunk.nextLine();
            additions.add(new Addition(chunk, headEnd, headEnd));
        }
        if (missing > 0) {
            tail.addFirst(LogLine.message(
                    now,
                    LogLine.Source.ENGINE,
                    LogLevel.WARN,
                    missing + (missing == 1 ? " line is" : " lines are")
                            + " missing here: more was written than could be stored in time"));
            missing = 0;
        }
        for (List<LogLine> lines : chunks(tail)) {
            additions.add(ofTail(next(lines)));
        }
        waitingHeadBytes = 0;
        waitingTailBytes = 0;
        return additions;
    }

    private Addition ofTail(Chunk chunk) {
        long bytes = chunk.lines().stream().mapToLong(LogBuffer::cost).sum();
        keptTail.add(new Kept(chunk.firstLine(), bytes));
        keptTailBytes += bytes;
        while (keptTailBytes > KEPT_BYTES - HEAD_BYTES && keptTail.size() > 1) {
            keptTailBytes -= keptTail.removeFirst().bytes();
        }
        return new Addition(chunk, headEnd, keptTail.getFirst().firstLine());
    }

    private Chunk next(List<LogLine> lines) {
        Chunk chunk = new Chunk(hold, attempt, nextLine, lines);
        nextLine = chunk.nextLine();
        return chunk;
    }

    private static List<List<LogLine>> chunks(Deque<LogLine> waiting) {
        List<List<LogLine>> chunks = new ArrayList<>();
        long bytes = CHUNK_BYTES;
        for (LogLine line : waiting) {
            bytes += cost(line);
            if (bytes > CHUNK_BYTES) {
                chunks.add(new ArrayList<>());
                bytes = cost(line);
            }
            chunks.getLast().add(line);
        }
        waiting.clear();
        return chunks;
    }

    /** In UTF-8. */
    static long cost(LogLine line) {
        String text = line.text();
        long bytes = LINE_OVERHEAD_BYTES;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
