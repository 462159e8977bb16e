package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.plan.BreakerRule;
import io.orchestrator.plan.Priority;
import io.orchestrator.plan.TaskType;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.Breakers.Target;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.RunStart;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators look at tells what is, on what the engine has written. */
class ViewsIT {
    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;
    private final Rows rows = new Rows(tested.url);

    @AfterEach
    void close() {
        tested.close();
    }

    private static String plan(String more) {
        return ONE_TASK.replace("'phases'", more + ",'phases'");
    }

    private Map<String, @Nullable Object> lane(String name) {
        return rows.one("SELECT * FROM queue_depth_by_lane WHERE lane = '" + name + "'");
    }

    @Test
    void the_depth_of_a_lane_tells_what_is_ready_from_what_a_gate_holds() {
        Submission held = f.submit(plan("'priority':'high'"));
        f.submit(plan("'priority':'high'"));
        f.submit(plan("'priority':'high'"));
        f.claim(f.worker(), f.submit(plan("'priority':'high'")).ready().tickets());
        store.gates().close(Gate.ofRun(held.runId()), Closing.because("a test"));
        tested.advance(Duration.ofMinutes(5));
        assertThat(rows.all("SELECT lane FROM queue_depth_by_lane"))
                .extracting(row -> row.get("lane"))
                .containsExactly("critical", "high", "normal", "low");
        assertThat(lane("high"))
                .containsEntry("queued", 2L)
                .containsEntry("held", 1L)
                .containsEntry("running", 1L)
                .containsEntry("retrying", 0L)
                .containsEntry("waiting", 0L);
        assertThat((Double) lane("high").get("oldest_queued_seconds")).isBetween(300.0, 3_000.0);
        assertThat(lane("low")).containsEntry("queued", 0L).containsEntry("oldest_queued_seconds", null);
    }

    @Test
    void a_queued_task_names_the_gate_that_holds_it_and_a_gate_that_reopened_by_itself_holds_nothing() {
        Submission run = f.submit(ONE_TASK);
        store.gates()
                .close(Gate.ofLane(Priority.NORMAL), Closing.because("load").reopeningAfter(Duration.ofHours(1)));
        assertThat(rows.one("SELECT * FROM queued_tasks"))
                .containsEntry("run_id", run.runId())
                .containsEntry("target", "A")
                .containsEntry("held_by", "lane")
                .containsEntry("gate", "normal")
                .containsEntry("held_because", "load");
        assertThat((Double) rows.one("SELECT * FROM closed_gates").get("seconds_until_open"))
                .isBetween(600.0, 3_600.0);
        tested.advance(Duration.ofHours(2));
        assertThat(rows.one("SELECT * FROM queued_tasks")).containsEntry("held_by", null);
        assertThat(rows.all("SELECT * FROM closed_gates")).isEmpty();
    }

    @Test
    void a_task_that_no_worker_knows_is_named_with_its_target_and_grows_old_however_often_it_was_taken() {
        Submission run = f.submit(ONE_TASK);
        tested.advance(Duration.ofMinutes(5));
        for (int i = 0; i < 3; i++) {
            f.report(f.claimOne(f.worker(), run).hold(), new Outcome.Declined("this worker knows no agent 'A'"));
            tested.advance(Duration.ofMinutes(1));
        }
        assertThat((Double) rows.one("SELECT * FROM queued_tasks").get("seconds_idle"))
                .isBetween(480.0, 3_000.0);
        assertThat((Double) lane("normal").get("oldest_queued_seconds")).isBetween(480.0, 3_000.0);
        assertThat(rows.one("SELECT *, extract(epoch FROM clock_timestamp() - since)::double precision AS age"
                        + " FROM runs_not_moving"))
                .containsEntry("run_id", run.runId())
                .containsEntry("because", "target")
                .containsEntry("detail", "no worker that looked knows agent 'A'")
                .containsEntry("tasks", 1L)
                .hasEntrySatisfying("age", age -> assertThat((Double) age).isBetween(480.0, 3_000.0));
    }

    @Test
    void what_is_set_aside_is_named_with_its_reason() {
        Submission task = f.submit(ONE_TASK);
        rows.execute("UPDATE live_tasks SET set_aside = 'no end' WHERE run_id = '" + task.runId() + "'");
        assertThat(rows.one("SELECT * FROM runs_not_moving"))
                .containsEntry("because", "set_aside")
                .containsEntry("detail", "task " + StoreFixture.firstTask(task) + ": no end");
        assertThat(store.obstacles().setAside(10))
                .extracting(Obstacles.SetAside::reason)
                .containsExactly("no end");
        rows.execute("UPDATE runs SET set_aside = 'no way', ending = 'failed'");
        assertThat(store.obstacles().setAside(10))
                .extracting(Obstacles.SetAside::kind)
                .containsExactly(Obstacles.Kind.RUN, Obstacles.Kind.TASK);
        assertThat(rows.all("SELECT detail FROM runs_not_moving WHERE because = 'set_aside'"))
                .extracting(row -> row.get("detail"))
                .contains("no way");
    }

    @Test
    void a_worker_shows_how_long_it_is_trusted_and_what_it_holds() {
        String worker = f.worker(Duration.ofHours(1));
        f.claim(worker, f.submit(ONE_TASK).ready().tickets());
        assertThat(rows.one("SELECT * FROM worker_leases"))
                .containsEntry("worker_id", worker)
                .containsEntry("tasks_held", 1L)
                .containsEntry("slots", 4)
                .containsEntry("state", "alive");
        tested.advance(Duration.ofHours(2));
        assertThat((Double) rows.one("SELECT * FROM worker_leases").get("lease_seconds_left"))
                .isNegative();
        store.leases().release(worker);
        assertThat(rows.all("SELECT * FROM worker_leases")).isEmpty();
    }

    @Test
    void targets_that_failed_within_the_hour_are_told_with_their_last_error() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        f.retry(task, Duration.ZERO);
        store.timers().fireDue(10);
        ClaimedTask again = store.tasks().claimNext(f.worker(), 1).getFirst();
        f.fail(again, "the second error");
        f.complete(f.claimOne(f.worker(), f.submit(ONE_TASK.replace("'A'", "'Fine'"))), Json.NULL);
        assertThat(rows.one("SELECT * FROM failing_targets"))
                .containsEntry("target", "agent:A")
                .containsEntry("failures", 2L)
                .containsEntry("tasks_lost", 1L)
                .containsEntry("runs", 1L)
                .containsEntry("last_error", "the second error")
                .containsEntry("breaker", "closed")
                .containsEntry("held", false);
        rows.execute("UPDATE events SET at = at - interval '61 minutes'");
        assertThat(rows.all("SELECT * FROM failing_targets")).isEmpty();
    }

    @Test
    void a_target_whose_breaker_is_open_is_told_of_although_nothing_of_it_fails_any_more() {
        Submission run = f.submit(ONE_TASK);
        store.breakers()
                .trip(
                        new Target(TaskType.AGENT, "A", run.runId()),
                        new BreakerRule(3, Duration.ofMinutes(10), 1),
                        "3 failures in a row");
        assertThat(rows.one("SELECT * FROM failing_targets"))
                .containsEntry("target", "agent:A")
                .containsEntry("failures", 0L)
                .containsEntry("breaker", "open")
                .containsEntry("breaker_trips", 1)
                .containsEntry("held", true)
                .containsEntry("held_because", "3 failures in a row");
    }

    @Test
    void what_a_fallback_took_over_counts_as_its_first_targets_failure() {
        Submission run = f.submit("{'name':'f','phases':[{'phase':'P','agents':[{'agent':'A','fallback':'B'}]}]}");
        f.fail(f.claimOne(f.worker(), run), "A is down");
        assertThat(rows.one("SELECT * FROM failing_targets"))
                .containsEntry("target", "agent:A")
                .containsEntry("last_error", "A is down");
        f.retry(store.tasks().claimNext(f.worker(), 1).getFirst(), Duration.ofHours(1));
        assertThat(rows.all("SELECT target, failures FROM failing_targets ORDER BY target"))
                .containsExactly(
                        Map.of("target", "agent:A", "failures", 1L), Map.of("target", "agent:B", "failures", 1L));
    }

    @Test
    void what_a_run_has_used_includes_what_is_under_way() {
        Submission run = f.submit("{'name':'two','phases':[{'phase':'P','parallelism':2,'agents':['A','B']}]}");
        List<ClaimedTask> tasks = f.claim(f.worker(), run.ready().tickets());
        f.report(tasks.getFirst().hold(), new Outcome.Completed(Json.NULL), StoreFixture.usage(100));
        store.tasks().heartbeat(List.of(new Heartbeat(tasks.getLast().hold(), 0.5, "", StoreFixture.usage(30))));
        Map<String, @Nullable Object> spent = rows.one("SELECT * FROM spend_by_run");
        assertThat(spent)
                .containsEntry("run_id", run.runId())
                .containsEntry("tokens", 130L)
                .containsEntry("budget_used", null);
        assertThat(spent.get("cost_usd")).hasToString("1.30");
    }

    @Test
    void what_a_run_may_use_stands_beside_what_it_has_used() {
        Submission run =
                f.submit("{'name':'b','budgets':{'tokens':1000,'usd':100},'phases':[{'phase':'P','agents':['A']}]}");
        ClaimedTask task = f.claimOne(f.worker(), run);
        store.budgets().book(task.hold(), StoreFixture.usage(950));
        assertThat(rows.one("SELECT * FROM spend_by_run"))
                .containsEntry("tokens_limit", 1_000L)
                .containsEntry("budget_used", 0.95)
                .containsEntry("exhausted_at", null)
                .extractingByKey("warned_at")
                .isNotNull();
        store.budgets().book(task.hold(), StoreFixture.usage(1_050));
        assertThat(rows.one("SELECT * FROM spend_by_run"))
                .containsEntry("budget_used", 1.05)
                .extractingByKey("exhausted_at")
                .isNotNull();
    }

    private List<Map<String, @Nullable Object>> notMoving(Submission run) {
        return rows.all("SELECT * FROM runs_not_moving WHERE run_id = '" + run.runId() + "'");
    }

    private void standsStill(Submission run, String because, String detail) {
        assertThat(notMoving(run)).singleElement().satisfies(row -> {
            assertThat(row).containsEntry("because", because);
            assertThat(row.get("detail")).asString().contains(detail);
        });
    }

    @Test
    void a_run_that_waits_for_a_worker_says_so_and_one_that_runs_says_nothing() {
        Submission run = f.submit(ONE_TASK);
        standsStill(run, "worker", "no worker has taken it");
        f.claimOne(f.worker(), run);
        assertThat(notMoving(run)).isEmpty();
    }

    @Test
    void a_paused_run_says_why() {
        Submission run = f.submit(ONE_TASK);
        store.gates().close(Gate.ofRun(run.runId()), Closing.because("until Monday"));
        standsStill(run, "paused", "until Monday");
    }

    @Test
    void a_run_behind_a_targets_gate_says_which() {
        Submission run = f.submit(ONE_TASK);
        store.gates().close(Gate.ofTarget(TaskType.AGENT, "A"), Closing.because("it is being repaired"));
        standsStill(run, "gate", "target agent:A: it is being repaired");
    }

    @Test
    void a_run_between_two_attempts_says_when_the_next_one_is() {
        Submission run = f.submit(ONE_TASK);
        f.retry(f.claimOne(f.worker(), run), Duration.ofMinutes(10));
        standsStill(run, "retry", "timer");
        assertThat((Double) notMoving(run).getFirst().get("seconds_until")).isBetween(60.0, 600.0);
    }

    @Test
    void a_run_whose_task_waits_for_its_children_says_so() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        store.children().submit(parent.hold(), new ChildSpec("c", "agent", "B", Json.EMPTY_OBJECT));
        f.report(parent.hold(), new Outcome.Awaiting());
        assertThat(notMoving(run))
                .extracting(row -> row.get("because"))
                .containsExactlyInAnyOrder("children", "worker");
        assertThat(lane("normal")).containsEntry("waiting", 1L);
        store.tasks().claimNext(f.worker(), 1);
        assertThat(notMoving(run)).isEmpty();
    }

    @Test
    void a_run_that_holds_for_a_person_says_what_was_missed() {
        Submission run = f.submit("{'name':'h','phases':[{'phase':'P','agents':['A'],"
                + "'rubrics':{'score_min':5},'onRubricMiss':'hold'}]}");
        f.complete(f.claimOne(f.worker(), run), Json.object("metrics", Json.object("score", 1)));
        standsStill(run, "decision", "phase P waits for a person");
    }

    @Test
    void a_run_that_starts_later_says_when() {
        Submission run =
                store.runs().submit(StoreFixture.request(ONE_TASK).startingAt(new RunStart.In(Duration.ofHours(1))));
        standsStill(run, "start", "starts later");
        assertThat((Double) notMoving(run).getFirst().get("seconds_until")).isBetween(600.0, 3_600.0);
    }

    @Test
    void a_run_whose_phase_is_delayed_says_until_when() {
        Submission run = f.submit("{'name':'d','phases':[{'phase':'P','delay':'PT1H','agents':['A']}]}");
        standsStill(run, "delay", "phase P starts later");
    }

    @Test
    void a_run_that_nothing_will_move_is_the_one_to_worry_about() {
        Submission run = f.submit(ONE_TASK);
        rows.execute("DELETE FROM live_tasks");
        standsStill(run, "nothing", "docs/operations.md");
    }

    @Test
    void a_run_that_is_over_is_not_told_of() {
        Submission run = f.submit(ONE_TASK);
        f.complete(f.claimOne(f.worker(), run), Json.NULL);
        assertThat(notMoving(run)).isEmpty();
    }
}
