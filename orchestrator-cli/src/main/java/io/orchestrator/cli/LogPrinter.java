package io.orchestrator.cli;

import io.orchestrator.agent.LogLevel;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.TaskLogs.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Lines of logs in their order: those that are wanted, and where some are no longer kept. For one thread. */
final class LogPrinter {
    /** Whether a line is to be shown. */
    interface Wanted {
        boolean isWanted(Chunk chunk, LogLine line);
    }

    /** Shows a line, which has this number in its attempt. */
    interface Sink {
        void print(LogScope.Member task, Chunk chunk, long number, LogLine line);
    }

    private final Wanted wanted;
    private final Sink sink;
    private final Deque<Runnable> newest = new ArrayDeque<>();
    private Optional<Integer> tail;
    private boolean silent = true;

    /** @param tail how many lines of each task at most, until {@link #showAllFromNow} */
    LogPrinter(Wanted wanted, Optional<Integer> tail, Sink sink) {
        this.wanted = wanted;
        this.tail = tail;
        this.sink = sink;
    }

    /** The next chunk of a task whose reader stood there. */
    void add(LogScope.Member task, Place from, Chunk chunk) {
        long expected = from.epoch() == chunk.hold().epoch() ? from.line() : 0;
        if (chunk.firstLine() > expected) {
            long missing = chunk.firstLine() - expected;
            LogLine gap = LogLine.message(
                    chunk.lines().getFirst().at(),
                    LogLine.Source.ENGINE,
                    LogLevel.WARN,
                    missing + (missing == 1 ? " line is" : " lines are") + " no longer kept");
            add(task, chunk, expected, gap);
        }
        long number = chunk.firstLine();
        for (LogLine line : chunk.lines()) {
            if (number >= expected) {
                add(task, chunk, number, line);
            }
            number++;
        }
    }

    private void add(LogScope.Member task, Chunk chunk, long number, LogLine line) {
        if (!wanted.isWanted(chunk, line)) {
            return;
        }
        silent = false;
        if (tail.isEmpty()) {
            sink.print(task, chunk, number, line);
            return;
        }
        newest.add(() -> sink.print(task, chunk, number, line));
        if (newest.size() > tail.get()) {
            newest.removeFirst();
        }
    }

    /** Shows what is held back of a task of which nothing more comes for now. */
    void endOfTask() {
        newest.forEach(Runnable::run);
        newest.clear();
    }

    void showAllFromNow() {
        endOfTask();
        tail = Optional.empty();
    }

    /** Whether there was nothing that is wanted. */
    boolean isSilent() {
        return silent;
    }
}
