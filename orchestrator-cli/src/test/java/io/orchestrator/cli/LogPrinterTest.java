package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.LogLine.Source;
import io.orchestrator.store.RunView;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.TaskLogs.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which lines of logs are shown. */
class LogPrinterTest {
    private static final LogScope.Member TASK = new LogScope.Member(
            new RunView.Task(
                    "task-1",
                    "phase-1",
                    "agent",
                    "A",
                    "A",
                    -1,
                    1,
                    TaskState.RUNNING,
                    1,
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Usage.NONE,
                    Optional.empty(),
                    Optional.empty()),
            Optional.of("P"));

    private final List<String> shown = new ArrayList<>();

    private LogPrinter printer(Optional<Integer> tail) {
        return new LogPrinter(
                (chunk, line) -> !line.text().startsWith("no"),
                tail,
                (task, chunk, number, line) -> shown.add(number + " " + line.text()));
    }

    private static Chunk chunk(long epoch, long first, String... texts) {
        List<LogLine> lines = Stream.of(texts)
                .map(text -> LogLine.printed(Instant.EPOCH, Source.STDOUT, text))
                .toList();
        return new Chunk(new Hold("task-1", epoch), 1, first, lines);
    }

    @Test
    void what_is_no_longer_kept_is_told_where_it_is_missing_and_also_before_a_further_attempt() {
        LogPrinter printer = printer(Optional.empty());
        printer.add(TASK, Place.START, chunk(3, 0, "a", "b"));
        printer.add(TASK, new Place(3, 2), chunk(3, 5, "f"));
        printer.add(TASK, new Place(3, 6), chunk(3, 6, "g"));
        printer.add(TASK, new Place(3, 7), chunk(4, 1, "again"));
        assertThat(shown)
                .containsExactly(
                        "0 a",
                        "1 b",
                        "2 3 lines are no longer kept",
                        "5 f",
                        "6 g",
                        "0 1 line is no longer kept",
                        "1 again");
    }

    @Test
    void a_chunk_that_was_read_in_part_is_shown_from_there() {
        printer(Optional.empty()).add(TASK, new Place(3, 1), chunk(3, 0, "a", "b"));
        assertThat(shown).containsExactly("1 b");
    }

    @Test
    void a_tail_is_the_last_wanted_lines_of_each_task_and_then_all_that_comes() {
        LogPrinter printer = printer(Optional.of(2));
        printer.add(TASK, Place.START, chunk(3, 0, "a", "b", "c", "no"));
        printer.endOfTask();
        printer.add(TASK, Place.START, chunk(3, 0, "x"));
        printer.showAllFromNow();
        printer.add(TASK, new Place(3, 1), chunk(3, 1, "1", "2", "3"));
        assertThat(shown).containsExactly("1 b", "2 c", "0 x", "1 1", "2 2", "3 3");
    }
}
