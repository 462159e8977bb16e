package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The example queries of the guide that this engine was built from run unchanged, and return what it says. */
class DocumentQueriesIT {
    private static final Pattern SQL_BLOCK = Pattern.compile("```sql\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("`(SELECT [^`]*;)`");
    private static final String LISTING = "\\dt ";

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;
    private final Rows rows = new Rows(tested.url);

    @AfterEach
    void close() {
        tested.close();
    }

    private static List<String> examples() {
        try (InputStream document = Objects.requireNonNull(
                DocumentQueriesIT.class.getResourceAsStream("execution-layer-examples.md"), "the examples")) {
            String text = new String(document.readAllBytes(), StandardCharsets.UTF_8);
            List<String> found = new ArrayList<>();
            for (Pattern pattern : List.of(SQL_BLOCK, INLINE)) {
                Matcher matcher = pattern.matcher(text);
                while (matcher.find()) {
                    found.add(matcher.group(1).strip());
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The example that has all these words in it. */
    private static String example(String... words) {
        List<String> found = examples().stream()
                .filter(sql -> List.of(words).stream().allMatch(sql::contains))
                .toList();
        assertThat(found).as("examples with " + List.of(words)).hasSize(1);
        return found.getFirst();
    }

    @Test
    void every_query_of_the_guide_runs() {
        assertThat(examples()).hasSize(10);
        for (String sql : examples()) {
            if (!sql.startsWith(LISTING)) {
                assertThat(rows.all(sql)).as(sql).isNotNull();
            }
        }
    }

    /** A command of psql, and so not sent to the server: it lists tables of these names. */
    @Test
    void the_tables_that_the_guide_lists_are_there() {
        String[] tables =
                example(LISTING).substring(LISTING.length()).replace(";", "").split(" ");
        assertThat(tables).containsExactly("tasks", "checkpoints", "events", "timers");
        for (String table : tables) {
            assertThat(rows.one("SELECT relkind IN ('r', 'p') AS there FROM pg_class WHERE oid = to_regclass('" + table
                            + "')"))
                    .as(table)
                    .containsEntry("there", true);
        }
    }

    @Test
    void active_tasks_are_those_without_a_sign_of_life_the_longest_running_first() {
        ClaimedTask older = f.claimOne(f.worker(), f.submit(ONE_TASK));
        tested.advance(Duration.ofSeconds(1_000));
        ClaimedTask silent = f.claimOne(f.worker(), f.submit(ONE_TASK));
        tested.advance(Duration.ofSeconds(150));
        ClaimedTask fresh = f.claimOne(f.worker(), f.submit(ONE_TASK));
        assertThat(rows.all(example("active_tasks", "> 120")))
                .extracting(row -> row.get("task_id"))
                .containsExactly(older.hold().taskId(), silent.hold().taskId())
                .doesNotContain(fresh.hold().taskId());
        // Between this and the query less than half a minute passes, on whatever machine.
        assertThat(rows.all(example("active_tasks", "> 180")))
                .extracting(row -> row.get("task_id"))
                .contains(older.hold().taskId());
    }

    @Test
    void the_progress_of_a_phase_is_one_row() {
        Submission run = f.submit("{'name':'p','phases':[{'phase':'P','parallelism':3,'agents':['A','B','C']}]}");
        List<ClaimedTask> tasks = f.claim(f.worker(), run.ready().tickets());
        f.complete(tasks.getFirst(), Json.NULL);
        for (String column : List.of("live_tasks.phase_id", "tasks.phase_id", "phases.id")) {
            String[] name = column.split("\\.");
            rows.execute("UPDATE " + name[0] + " SET " + name[1] + " = 'phase-123'");
        }
        assertThat(rows.one(example("task_stats_by_phase")))
                .containsEntry("phase_id", "phase-123")
                .containsEntry("total", 3)
                .containsEntry("completed", 1)
                .containsEntry("running", 2);
    }

    @Test
    void pending_timers_are_those_that_fire_within_the_minute_the_next_one_first() {
        long later = store.timers().schedule("x", Json.NULL, Duration.ofDays(1));
        long second = store.timers().schedule("x", Json.NULL, Duration.ofSeconds(40));
        long first = store.timers().schedule("x", Json.NULL, Duration.ofSeconds(20));
        assertThat(rows.all(example("pending_timers", "< 60")))
                .extracting(row -> row.get("id"))
                .containsExactly(first, second);
        assertThat(rows.all(example("SELECT * FROM pending_timers;")))
                .extracting(row -> row.get("id"))
                .containsExactlyInAnyOrder(first, second, later);
    }

    @Test
    void the_newest_checkpoints_come_first_and_no_more_than_ten() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        for (int i = 1; i <= 12; i++) {
            store.checkpoints().save(task.hold(), "step-" + i, Json.of(i), 20);
        }
        List<Map<String, @Nullable Object>> newest = rows.all(example("FROM checkpoints"));
        assertThat(newest).hasSize(10);
        assertThat(newest.getFirst()).containsEntry("token", "step-12");
    }

    @Test
    void the_cleaning_functions_tell_how_much_they_removed() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        store.checkpoints().save(task.hold(), "one", Json.of(1), 5);
        f.complete(task, Json.NULL);
        long timer = store.timers().schedule("x", Json.NULL, Duration.ofDays(1));
        assertThat(store.timers().cancel(timer).cancelled()).isTrue();
        String back = " - interval '60 days'";
        rows.execute("UPDATE tasks SET finished_at = finished_at" + back);
        rows.execute("UPDATE timers SET fired_at = fired_at" + back + " WHERE fired_at IS NOT NULL");
        rows.execute("UPDATE events SET at = at" + back);
        assertThat(rows.one(example("cleanup_old_checkpoints(7)"))).containsValue(1L);
        assertThat(rows.one(example("cleanup_fired_timers(7)"))).containsValue(1L);
        assertThat((Long) rows.one(example("cleanup_old_events(30)")).get("cleanup_old_events"))
                .isPositive();
        assertThat(rows.all("SELECT * FROM events")).isEmpty();
    }
}
