package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.LogLevel;
import io.orchestrator.store.LogLine.Source;
import io.orchestrator.store.TaskLogs.Addition;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.TaskLogs.Place;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What agents have said, by task and attempt. */
public abstract class TaskLogsContract extends StoreContract {
    private static final Instant AT = Instant.parse("2026-03-04T05:06:07.089Z");
    private static final Hold FIRST = new Hold("task-1", 3);
    private static final Hold SECOND = new Hold("task-1", 4);
    private static final Hold OTHER = new Hold("task-2", 3);

    private static LogLine line(String text) {
        return LogLine.printed(AT, Source.STDOUT, text);
    }

    private static Chunk chunk(Hold hold, long first, String... texts) {
        return new Chunk(
                hold, 1, first, Stream.of(texts).map(TaskLogsContract::line).toList());
    }

    private void append(Chunk chunk) {
        store.logs().append(List.of(new Addition(chunk, 0, 0)));
    }

    private static SequencedMap<String, Place> from(String taskId, Place place) {
        SequencedMap<String, Place> from = new LinkedHashMap<>();
        from.put(taskId, place);
        return from;
    }

    private List<Chunk> read(String taskId, Place place) {
        return store.logs().read(from(taskId, place), 100);
    }

    @Test
    void lines_come_back_as_they_were_said() {
        Chunk said = new Chunk(
                FIRST,
                2,
                0,
                List.of(
                        LogLine.printed(AT, Source.STDOUT, "  two  spaces and a tab\t"),
                        LogLine.printed(AT.plusMillis(1), Source.STDERR, ""),
                        LogLine.message(AT.plusMillis(2), Source.LOG, LogLevel.WARN, "ätsch \uD83D\uDE00 \r!"),
                        LogLine.message(AT.plusMillis(3), Source.ENGINE, LogLevel.ERROR, "1764554400123 log:warn x")));
        append(said);
        assertThat(read("task-1", Place.START)).containsExactly(said);
        assertThat(read("task-none", Place.START)).isEmpty();
        assertThat(store.logs().read(new LinkedHashMap<>(), 100)).isEmpty();
    }

    @Test
    void what_no_database_holds_is_replaced() {
        append(chunk(FIRST, 0, "a\0b", "half \uD83D", "\uDE00 half"));
        assertThat(read("task-1", Place.START))
                .containsExactly(chunk(FIRST, 0, "a\uFFFDb", "half \uFFFD", "\uFFFD half"));
    }

    @Test
    void a_reader_goes_on_where_it_stood_without_a_gap_and_without_reading_anything_twice() {
        append(chunk(FIRST, 0, "a", "b"));
        append(chunk(FIRST, 2, "c"));
        Place after = read("task-1", Place.START).getLast().after();
        assertThat(after).isEqualTo(new Place(3, 3));
        assertThat(read("task-1", after)).isEmpty();
        append(chunk(FIRST, 3, "d", "e"));
        append(chunk(SECOND, 0, "again"));
        assertThat(read("task-1", after)).containsExactly(chunk(FIRST, 3, "d", "e"), chunk(SECOND, 0, "again"));
    }

    @Test
    void a_place_within_a_chunk_finds_that_chunk() {
        append(chunk(FIRST, 0, "a", "b"));
        append(chunk(FIRST, 2, "c", "d"));
        assertThat(read("task-1", new Place(3, 1))).hasSize(2);
        assertThat(read("task-1", new Place(3, 3))).containsExactly(chunk(FIRST, 2, "c", "d"));
        assertThat(read("task-1", new Place(3, 4))).isEmpty();
        assertThat(read("task-1", new Place(2, 9))).hasSize(2);
        assertThat(read("task-1", new Place(4, 0))).isEmpty();
    }

    @Test
    void tasks_are_read_in_the_order_that_is_asked_for_and_no_more_than_wanted() {
        append(chunk(FIRST, 0, "a"));
        append(chunk(SECOND, 0, "b"));
        append(chunk(OTHER, 0, "c"));
        append(chunk(OTHER, 1, "d"));
        SequencedMap<String, Place> both = from("task-2", Place.START);
        both.put("task-1", Place.START);
        assertThat(store.logs().read(both, 3))
                .containsExactly(chunk(OTHER, 0, "c"), chunk(OTHER, 1, "d"), chunk(FIRST, 0, "a"));
        both.put("task-2", new Place(3, 2));
        assertThat(store.logs().read(both, 3)).containsExactly(chunk(FIRST, 0, "a"), chunk(SECOND, 0, "b"));
    }

    @Test
    void a_chunk_that_is_there_already_is_stored_once() {
        append(chunk(FIRST, 0, "a", "b"));
        append(chunk(FIRST, 0, "a", "b"));
        assertThat(read("task-1", Place.START)).containsExactly(chunk(FIRST, 0, "a", "b"));
    }

    @Test
    void an_addition_drops_the_middle_of_its_own_attempt_and_nothing_else() {
        append(chunk(FIRST, 0, "head"));
        append(chunk(FIRST, 1, "old", "older"));
        append(chunk(FIRST, 3, "new"));
        append(chunk(SECOND, 1, "of another attempt"));
        append(chunk(OTHER, 1, "of another task"));
        store.logs().append(List.of(new Addition(chunk(FIRST, 4, "newest"), 1, 3)));
        assertThat(read("task-1", Place.START))
                .containsExactly(
                        chunk(FIRST, 0, "head"),
                        chunk(FIRST, 3, "new"),
                        chunk(FIRST, 4, "newest"),
                        chunk(SECOND, 1, "of another attempt"));
        assertThat(read("task-2", Place.START)).hasSize(1);
        assertThat(read("task-1", new Place(3, 1)).getFirst()).isEqualTo(chunk(FIRST, 3, "new"));
    }
}
