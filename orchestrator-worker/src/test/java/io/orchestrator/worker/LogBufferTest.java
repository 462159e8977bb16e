package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.store.Hold;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.LogLine.Source;
import io.orchestrator.store.TaskLogs.Addition;
import io.orchestrator.store.TaskLogs.Chunk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of what an attempt says, while it waits and when it is stored. */
class LogBufferTest {
    private static final Instant NOW = Instant.EPOCH;
    private static final String KIB = "x".repeat(1_024);

    private final LogBuffer buffer = new LogBuffer(new Hold("task-1", 7), 2);

    private static LogLine line(int number) {
        return LogLine.printed(NOW, Source.STDOUT, number + " " + KIB);
    }

    private void say(int from, int to) {
        for (int i = from; i < to; i++) {
            buffer.add(line(i), true);
        }
    }

    private static int number(LogLine line) {
        return Integer.parseInt(line.text().substring(0, line.text().indexOf(' ')));
    }

    private static List<LogLine> lines(List<Addition> additions) {
        return additions.stream().flatMap(a -> a.chunk().lines().stream()).toList();
    }

    @Test
    void lines_are_numbered_on_from_one_statement_to_the_next() {
        say(0, 2);
        Chunk first = buffer.take(NOW).getFirst().chunk();
        assertThat(first.hold()).isEqualTo(new Hold("task-1", 7));
        assertThat(first.attempt()).isEqualTo(2);
        assertThat(first.firstLine()).isZero();
        say(2, 3);
        assertThat(buffer.take(NOW).getFirst().chunk().firstLine()).isEqualTo(2);
        assertThat(buffer.take(NOW)).isEmpty();
        assertThat(buffer.bytes()).isZero();
    }

    @Test
    void while_much_waits_the_beginning_and_the_newest_stay_and_the_gap_is_told_where_it_is() {
        say(0, 1_000);
        assertThat(buffer.bytes()).isLessThanOrEqualTo(LogBuffer.HEAD_BYTES + LogBuffer.WAITING_BYTES);
        List<LogLine> kept = lines(buffer.take(NOW));
        assertThat(number(kept.getFirst())).isZero();
        assertThat(number(kept.getLast())).isEqualTo(999);
        int gap = kept.stream().map(LogLine::source).toList().indexOf(Source.ENGINE);
        int missing = number(kept.get(gap + 1)) - number(kept.get(gap - 1)) - 1;
        assertThat(kept.get(gap).text())
                .isEqualTo(missing + " lines are missing here: more was written than could be stored in time");
        assertThat(kept).hasSize(1_000 - missing + 1);
    }

    @Test
    void without_room_in_the_process_lines_are_left_out_and_counted() {
        buffer.add(line(0), false);
        buffer.add(line(1), true);
        buffer.add(line(2), false);
        List<LogLine> kept = lines(buffer.take(NOW));
        assertThat(kept.getFirst().text()).startsWith("2 lines are missing here");
        assertThat(number(kept.getLast())).isEqualTo(2);
        assertThat(kept).hasSize(2);
    }

    @Test
    void of_what_is_stored_the_beginning_and_the_newest_mebibyte_are_kept() {
        List<Chunk> stored = new ArrayList<>();
        for (int i = 0; i < 3_000; i += 100) {
            say(i, i + 100);
            for (Addition addition : buffer.take(NOW)) {
                stored.removeIf(
                        chunk -> chunk.firstLine() >= addition.dropFrom() && chunk.firstLine() < addition.dropTo());
                stored.add(addition.chunk());
            }
        }
        long bytes = stored.stream()
                .flatMap(chunk -> chunk.lines().stream())
                .mapToLong(LogBuffer::cost)
                .sum();
        assertThat(bytes).isBetween(LogBuffer.KEPT_BYTES * 9L / 10, (long) LogBuffer.KEPT_BYTES);
        assertThat(number(stored.getFirst().lines().getFirst())).isZero();
        assertThat(stored.getFirst().nextLine()).isBetween(50L, 64L);
        assertThat(number(stored.getLast().lines().getLast())).isEqualTo(2_999);
        for (int i = 2; i < stored.size(); i++) {
            assertThat(stored.get(i).firstLine()).isEqualTo(stored.get(i - 1).nextLine());
        }
    }

    @Test
    void many_short_lines_count_for_what_they_cost() {
        for (int i = 0; i < 100_000; i++) {
            buffer.add(LogLine.printed(NOW, Source.STDERR, ""), true);
        }
        assertThat(lines(buffer.take(NOW))).hasSizeLessThan(12_000);
    }
}
