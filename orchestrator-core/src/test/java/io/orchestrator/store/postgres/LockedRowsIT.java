package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Ids;
import io.orchestrator.run.TaskState;
import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.Retention;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TaskStore.Heartbeat;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that somebody else keeps locked (a person with psql, a backup, a stuck session) beside rows that are free: what can
 * be done is done at once.
 */
@Timeout(120)
class LockedRowsIT {
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;

    @AfterEach
    void close() {
        tested.close();
    }

    /** Another session that holds what a statement locks, until it is closed. */
    private Connection locking(String sql) throws SQLException {
        Connection other = TestServers.connect(tested.url);
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
        return other;
    }

    private Connection lockingTask(ClaimedTask task) throws SQLException {
        return locking("SELECT FROM live_tasks WHERE task_id = '" + task.hold().taskId() + "' FOR UPDATE");
    }

    @Test
    void a_sign_of_life_of_one_locked_task_keeps_no_other_from_being_stored() throws Exception {
        ClaimedTask locked = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask free = f.claimOne(f.worker(), f.submit(ONE_TASK));
        Usage used = new Usage(7, BigDecimal.ONE, 3);
        List<Heartbeat> beats =
                List.of(new Heartbeat(locked.hold(), 0.5, "here", used), new Heartbeat(free.hold(), 0.5, "here", used));
        try (Connection other = lockingTask(locked)) {
            assertThat(store.tasks().heartbeat(beats)).containsExactly(free.hold());
            other.rollback();
        }
        assertThat(store.tasks().heartbeat(beats)).containsExactlyInAnyOrder(locked.hold(), free.hold());
        assertThat(store.runs().task(locked.hold().taskId()).orElseThrow().usage())
                .isEqualTo(used);
    }

    private ClaimedTask ofALostWorker() {
        return f.claimOne(f.worker(SHORT), f.submit(ONE_TASK));
    }

    private Recovery.Round reap() {
        return store.recovery().reap(StoreFixture.LEASE, 5, 10);
    }

    /** By two fifths of a lease, as far as nobody has them locked. */
    private void leasesGrowOld() {
        String by = " - interval '"
                + StoreFixture.LEASE.multipliedBy(2).dividedBy(5).toMillis() + " ms'";
        new Rows(tested.url)
                .execute("UPDATE rounds SET at = at" + by + "; UPDATE leases SET until = until" + by
                        + " WHERE worker_id IN (SELECT worker_id FROM leases FOR UPDATE SKIP LOCKED)");
    }

    private static String rowOf(ClaimedTask task, String table) {
        return switch (table) {
            case "live_tasks" ->
                "SELECT FROM live_tasks WHERE task_id = '" + task.hold().taskId() + "' FOR UPDATE";
            case "runs" -> "SELECT FROM runs WHERE id = '" + task.runId() + "' FOR UPDATE";
            case "phases" -> "SELECT FROM phases WHERE run_id = '" + task.runId() + "' FOR UPDATE";
            default -> throw new IllegalArgumentException(table);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"live_tasks", "runs"})
    void what_is_free_of_lost_workers_is_taken_back_at_once_and_the_rest_when_it_is_free(String table)
            throws Exception {
        reap();
        ClaimedTask locked = ofALostWorker();
        ClaimedTask free = ofALostWorker();
        tested.advance(SHORT.multipliedBy(2));
        try (Connection other = locking(rowOf(locked, table))) {
            Recovery.Round round = reap();
            assertThat(round.credited()).isZero();
            assertThat(round.ready().tickets())
                    .extracting(Ticket::taskId)
                    .containsExactly(free.hold().taskId());
            assertThat(round.lost()).hasSize(1);
            other.rollback();
        }
        Recovery.Round later = reap();
        assertThat(later.credited()).isZero();
        assertThat(later.ready().tickets())
                .extracting(Ticket::taskId)
                .containsExactly(locked.hold().taskId());
        assertThat(later.lost()).hasSize(1);
        assertThat(reap().lost()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"live_tasks", "phases", "runs"})
    void a_task_that_is_to_end_as_dead_waits_for_its_rows_and_keeps_no_other_waiting(String table) throws Exception {
        ClaimedTask locked = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask free = f.claimOne(f.worker(), f.submit(ONE_TASK));
        List<String> workers = List.of(workerOf(locked), workerOf(free));
        try (Connection other = locking(rowOf(locked, table))) {
            assertThat(store.recovery().takeAway(workers, 1).buried()).isEqualTo(1);
            assertThat(f.task(free).state()).isEqualTo(TaskState.DEAD);
            assertThat(f.task(locked).state()).isEqualTo(TaskState.RUNNING);
            other.rollback();
        }
        assertThat(store.recovery().takeAway(workers, 1).buried()).isEqualTo(1);
        assertThat(f.task(locked).state()).isEqualTo(TaskState.DEAD);
    }

    private String workerOf(ClaimedTask task) {
        return String.valueOf(new Rows(tested.url)
                .one("SELECT worker_id FROM live_tasks WHERE task_id = '"
                        + task.hold().taskId() + "'")
                .get("worker_id"));
    }

    @Test
    void a_reaper_that_can_take_nothing_was_there_all_the_same_and_credits_nobody_later() throws Exception {
        reap();
        ClaimedTask locked = ofALostWorker();
        tested.advance(StoreFixture.LEASE.multipliedBy(2).dividedBy(5));
        try (Connection other = locking(rowOf(locked, "runs"))) {
            assertThat(reap().lost()).isEmpty();
            leasesGrowOld();
            Recovery.Round round = reap();
            assertThat(round.credited()).isZero();
            assertThat(round.lost()).isEmpty();
            other.rollback();
        }
        assertThat(reap().lost()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"phases", "runs"})
    void a_run_that_is_locked_keeps_no_other_from_ending(String table) throws Exception {
        ClaimedTask locked = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask free = f.claimOne(f.worker(), f.submit(ONE_TASK));
        new Rows(tested.url).execute("UPDATE runs SET ending = 'cancelled', reason = 'enough'");
        new Rows(tested.url).execute("UPDATE phases SET ending = 'cancelled', reason = 'enough'");
        try (Connection other = locking(rowOf(locked, table))) {
            store.recovery().sweep(10);
            assertThat(f.task(free).state()).isEqualTo(TaskState.CANCELLED);
            assertThat(f.task(locked).state()).isEqualTo(TaskState.RUNNING);
            other.rollback();
        }
        store.recovery().sweep(10);
        assertThat(f.task(locked).state()).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void a_retry_whose_task_is_locked_keeps_no_other_from_firing() throws Exception {
        ClaimedTask locked = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask free = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.retry(locked, SHORT);
        f.retry(free, SHORT);
        tested.advance(SHORT.multipliedBy(2));
        try (Connection other = lockingTask(locked)) {
            assertThat(store.timers().fireDue(10).ready().tickets())
                    .extracting(Ticket::taskId)
                    .containsExactly(free.hold().taskId());
            assertThat(store.obstacles().setAside(10)).isEmpty();
            other.rollback();
        }
        tested.advance(SHORT.multipliedBy(2));
        assertThat(store.timers().fireDue(10).ready().tickets())
                .extracting(Ticket::taskId)
                .containsExactly(locked.hold().taskId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"live_tasks", "phases", "runs"})
    void an_end_that_meets_a_locked_row_is_told_as_busy_and_changes_nothing(String table) throws Exception {
        ClaimedTask locked = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask free = f.claimOne(f.worker(), f.submit(ONE_TASK));
        try (Connection other = locking(rowOf(locked, table))) {
            assertThatExceptionOfType(StoreBusy.class).isThrownBy(() -> f.complete(locked, Json.of(1)));
            f.complete(free, Json.of(1));
            other.rollback();
        }
        f.complete(locked, Json.of(1));
        assertThat(f.task(locked).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void a_lease_that_is_locked_is_neither_taken_nor_credited_and_keeps_nobody_waiting() throws Exception {
        ClaimedTask locked = ofALostWorker();
        ClaimedTask free = ofALostWorker();
        tested.advance(SHORT.multipliedBy(2));
        String lease = "SELECT FROM leases WHERE worker_id = '" + workerOf(locked) + "' FOR UPDATE";
        try (Connection other = locking(lease)) {
            assertThat(reap().credited()).as("the first round ever").isEqualTo(1);
            leasesGrowOld();
            reap();
            leasesGrowOld();
            reap();
            leasesGrowOld();
            assertThat(reap().ready().tickets())
                    .extracting(Ticket::taskId)
                    .containsExactly(free.hold().taskId());
            other.rollback();
        }
        assertThat(reap().ready().tickets())
                .extracting(Ticket::taskId)
                .containsExactly(locked.hold().taskId());
    }

    @Test
    void a_ticket_of_a_locked_task_keeps_no_other_from_being_claimed() throws Exception {
        Submission locked = f.submit(ONE_TASK);
        Submission free = f.submit(ONE_TASK);
        List<String> both = List.of(StoreFixture.firstTask(locked), StoreFixture.firstTask(free));
        String worker = f.worker();
        try (Connection other =
                locking("SELECT FROM live_tasks WHERE task_id = '" + both.getFirst() + "' FOR UPDATE")) {
            assertThat(store.tasks().claim(worker, both))
                    .extracting(claimed -> claimed.hold().taskId())
                    .containsExactly(both.getLast());
            other.rollback();
        }
        assertThat(store.tasks().claim(worker, both))
                .extracting(claimed -> claimed.hold().taskId())
                .containsExactly(both.getFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"live_tasks", "runs"})
    void a_forgotten_retry_that_is_locked_keeps_no_other_from_going_on(String table) throws Exception {
        ClaimedTask locked = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask free = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.retry(locked, SHORT);
        f.retry(free, SHORT);
        new Rows(tested.url).execute("DELETE FROM timers");
        try (Connection other = locking(rowOf(locked, table))) {
            assertThat(store.recovery().wakeForgotten(10).tickets())
                    .extracting(Ticket::taskId)
                    .containsExactly(free.hold().taskId());
            other.rollback();
        }
        assertThat(store.recovery().wakeForgotten(10).tickets())
                .extracting(Ticket::taskId)
                .containsExactly(locked.hold().taskId());
    }

    @Test
    void a_timer_that_is_locked_keeps_no_other_from_firing() throws Exception {
        ClaimedTask locked = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask free = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.retry(locked, SHORT);
        f.retry(free, SHORT);
        tested.advance(SHORT.multipliedBy(2));
        try (Connection other =
                locking("SELECT FROM timers WHERE task_id = '" + locked.hold().taskId() + "' FOR UPDATE")) {
            assertThat(store.timers().fireDue(10).ready().tickets())
                    .extracting(Ticket::taskId)
                    .containsExactly(free.hold().taskId());
            other.rollback();
        }
        assertThat(store.timers().fireDue(10).fired()).isEqualTo(1);
    }

    @Test
    void a_schedule_that_is_locked_keeps_no_other_from_firing() throws Exception {
        for (String name : List.of("locked", "free")) {
            store.schedules()
                    .add(new Schedules.Draft(
                            name,
                            StoreFixture.request(ONE_TASK),
                            "0 * * * *",
                            "UTC",
                            MissedPolicy.SKIP,
                            OverlapPolicy.ALLOW));
        }
        tested.advance(store.schedules().untilNext().orElseThrow().plusSeconds(1));
        try (Connection other = locking("SELECT FROM schedules WHERE name = 'locked' FOR UPDATE")) {
            assertThat(store.schedules().fireDue(10).fired()).isEqualTo(1);
            assertThat(store.schedules().find("free").orElseThrow().lastRunId()).isPresent();
            other.rollback();
        }
        assertThat(store.schedules().fireDue(10).fired()).isEqualTo(1);
        assertThat(store.schedules().find("locked").orElseThrow().failing()).isEmpty();
    }

    @Test
    void a_gate_that_is_locked_holds_nothing_that_it_did_not_hold_before() throws Exception {
        store.gates().close(Gate.ofLane(Priority.LOW), Closing.because("a test"));
        try (Connection other = locking("SELECT FROM gates FOR UPDATE")) {
            ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
            store.dispatch().everythingIsDue(Duration.ZERO);
            assertThat(store.dispatch().due(10, SHORT)).isEmpty();
            f.complete(task, Json.of(1));
            other.rollback();
        }
    }

    @Test
    void a_row_that_is_locked_keeps_nothing_else_from_being_cleaned_up() throws Exception {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        store.checkpoints().save(task.hold(), "token", Json.of(1), 10);
        f.retry(task, SHORT);
        tested.advance(SHORT.multipliedBy(2));
        f.complete(
                f.claim(f.worker(), store.timers().fireDue(10).ready().tickets())
                        .getFirst(),
                Json.of(1));
        Rows rows = new Rows(tested.url);
        rows.execute("UPDATE tasks SET finished_at = finished_at - interval '40 days'");
        rows.execute("UPDATE timers SET fired_at = fired_at - interval '40 days'");
        try (Connection other = locking("SELECT FROM checkpoints FOR UPDATE")) {
            assertThatExceptionOfType(StoreBusy.class)
                    .isThrownBy(() -> store.retention().clean(Retention.Days.DEFAULT));
            assertThat(rows.all("SELECT FROM timers")).isEmpty();
            other.rollback();
        }
        store.retention().clean(Retention.Days.DEFAULT);
        assertThat(rows.all("SELECT FROM checkpoints")).isEmpty();
    }

    @Test
    void a_lock_timeout_of_the_role_is_not_the_engines() throws Exception {
        TestServers.execute(
                tested.url,
                "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database()" + " || ' SET lock_timeout = 1'; END $$");
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        try (PostgresStore another =
                        PostgresStore.open(tested.url, "another", 2, new Ids(new SystemClock(), new SecureRandom()));
                Connection other = lockingTask(task)) {
            CompletableFuture<Long> saving = CompletableFuture.supplyAsync(
                    () -> another.checkpoints().save(task.hold(), "token", Json.of(1), 10));
            await().until(() -> new Rows(tested.url)
                            .all("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                    + " AND datname = current_database()")
                            .size()
                    == 1);
            other.rollback();
            assertThat(saving.get()).isEqualTo(1);
        }
    }
}
