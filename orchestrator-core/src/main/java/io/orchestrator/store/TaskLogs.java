package io.orchestrator.store;

import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;

/**
 * What agents have printed and logged, by task and attempt. Thread-safe.
 *
 * <p>Lines of an attempt are numbered from 0; only the worker that runs it writes them, so that a reader who remembers its
 * {@link Place} goes on without gaps. A number that is missing was stored once and is no longer kept. Nothing here is
 * fenced: an attempt that is no longer trusted writes under its own epoch, beside the others.
 */
public interface TaskLogs {
    /**
     * Lines that follow one another.
     *
     * @param attempt the number people know; attempts that were handed back share it, and differ in their epoch
     * @param firstLine the number of the first of them
     */
    record Chunk(Hold hold, int attempt, long firstLine, List<LogLine> lines) {
        public Chunk {
            lines = List.copyOf(lines);
            if (lines.isEmpty()) {
                throw new IllegalArgumentException("a chunk of a log has lines");
            }
        }

        /** The number of the line after the last. */
        public long nextLine() {
            return firstLine + lines.size();
        }

        /** Where a reader of this chunk goes on. */
        public Place after() {
            return new Place(hold.epoch(), nextLine());
        }
    }

    /**
     * What is stored.
     *
     * @param dropFrom where chunks begin that are no longer kept
     * @param dropTo where the first one begins that is kept again; the same as {@code dropFrom} to keep all
     */
    record Addition(Chunk chunk, long dropFrom, long dropTo) {}

    /** Where a reader stands: all lines before this one are read. */
    record Place(long epoch, long line) implements Comparable<Place> {
        public static final Place START = new Place(0, 0);

        private static final Comparator<Place> ORDER =
                Comparator.comparingLong(Place::epoch).thenComparingLong(Place::line);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** Stores chunks. One that is there already, after an answer that was lost, changes nothing. */
    void append(List<Addition> additions);

    /**
     * What is stored of these tasks from those places on: task by task in the order of the map, attempt by attempt, line by
     * line.
     *
     * @param most how many chunks at most; ask again from behind them
     */
    List<Chunk> read(SequencedMap<String, Place> from, int most);
}
