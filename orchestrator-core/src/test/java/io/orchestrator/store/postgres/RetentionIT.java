package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.Retention;
import io.orchestrator.store.Retention.Cleaned;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.testing.servers.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is old goes, what is live stays, whatever its age. */
class RetentionIT {
    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;

    @AfterEach
    void close() {
        tested.close();
    }

    private ClaimedTask claimedWithCheckpointAndStep() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        store.checkpoints().save(task.hold(), "one", Json.of(1), 5);
        store.checkpoints().saveStep(task.hold(), "s", Json.of(2));
        return task;
    }

    private void daysPass(int days) {
        String back = " - interval '" + days + " days'";
        TestServers.execute(
                tested.url, "UPDATE tasks SET finished_at = finished_at" + back + " WHERE finished_at IS NOT NULL");
        TestServers.execute(
                tested.url, "UPDATE runs SET finished_at = finished_at" + back + " WHERE finished_at IS NOT NULL");
        TestServers.execute(tested.url, "UPDATE timers SET fired_at = fired_at" + back + " WHERE fired_at IS NOT NULL");
        TestServers.execute(tested.url, "UPDATE events SET at = at" + back);
    }

    @Test
    void checkpoints_outlive_their_task_for_the_set_number_of_days() {
        ClaimedTask done = claimedWithCheckpointAndStep();
        ClaimedTask live = claimedWithCheckpointAndStep();
        f.complete(done, Json.NULL);
        daysPass(6);
        assertThat(store.retention().clean(Retention.Days.DEFAULT).checkpoints())
                .isZero();
        assertThat(store.checkpoints().load(done.hold().taskId())).isPresent();
        daysPass(2);
        assertThat(store.retention().clean(Retention.Days.DEFAULT).checkpoints())
                .isEqualTo(2);
        assertThat(store.checkpoints().load(done.hold().taskId())).isEmpty();
        assertThat(store.checkpoints().load(live.hold().taskId())).isPresent();
        assertThat(store.checkpoints().stepResult(live.hold().taskId(), "s")).isPresent();
    }

    @Test
    void what_cannot_be_cleaned_keeps_nothing_else_from_being_cleaned() {
        f.complete(f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK)), Json.NULL);
        daysPass(400);
        TestServers.execute(
                tested.url,
                "CREATE OR REPLACE FUNCTION cleanup_old_checkpoints(days int) RETURNS bigint"
                        + " LANGUAGE plpgsql AS $$ BEGIN RETURN 1 / 0; END $$");
        assertThatThrownBy(() -> store.retention().clean(Retention.Days.DEFAULT))
                .hasMessageContaining("division by zero");
        assertThat(new Rows(tested.url).all("SELECT * FROM events")).isEmpty();
    }

    @Test
    void events_go_with_their_age_but_those_of_unfinished_runs_stay() {
        Submission done = f.submit(StoreFixture.ONE_TASK);
        Submission live = f.submit(StoreFixture.ONE_TASK);
        f.complete(f.claimOne(f.worker(), done), Json.NULL);
        int told = store.runs().events(done.runId(), 0, 100).size();
        daysPass(31);
        assertThat(store.retention().clean(Retention.Days.DEFAULT).events()).isEqualTo(told);
        assertThat(store.runs().events(done.runId(), 0, 100)).isEmpty();
        assertThat(store.runs().events(live.runId(), 0, 100)).isNotEmpty();
    }

    @Test
    void logs_go_with_their_run_and_stay_while_it_lasts_and_those_of_no_task_go_at_once() {
        ClaimedTask done = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        Submission two =
                f.submit("{'name':'two','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']}]}");
        ClaimedTask ofLiveRun = f.claimOne(f.worker(), two);
        for (Hold hold : List.of(done.hold(), ofLiveRun.hold(), new Hold("task-none", 1))) {
            LogLine line = LogLine.printed(Instant.EPOCH, LogLine.Source.STDOUT, "x");
            store.logs().append(List.of(new TaskLogs.Addition(new TaskLogs.Chunk(hold, 1, 0, List.of(line)), 0, 0)));
        }
        f.complete(done, Json.NULL);
        f.complete(ofLiveRun, Json.NULL);
        assertThat(store.retention().clean(Retention.Days.DEFAULT).logs()).isEqualTo(1);
        daysPass(13);
        assertThat(store.retention().clean(Retention.Days.DEFAULT).logs()).isZero();
        daysPass(2);
        assertThat(store.retention().clean(Retention.Days.DEFAULT).logs()).isEqualTo(1);
        SequencedMap<String, TaskLogs.Place> kept = new LinkedHashMap<>();
        kept.put(ofLiveRun.hold().taskId(), TaskLogs.Place.START);
        assertThat(store.logs().read(kept, 10)).hasSize(1);
    }

    @Test
    void fired_timers_go_and_pending_ones_stay() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        f.retry(task, Duration.ZERO);
        assertThat(store.timers().fireDue(10).fired()).isEqualTo(1);
        store.timers().schedule("later", Json.NULL, Duration.ofDays(1));
        daysPass(8);
        Cleaned cleaned = store.retention().clean(Retention.Days.DEFAULT);
        assertThat(cleaned.timers()).isEqualTo(1);
        assertThat(store.timers().stats().pending()).isEqualTo(1);
    }

    @Test
    void the_partitions_of_the_event_log_are_made_once() {
        assertThat(store.retention().prepareEventLog()).isZero();
    }
}
