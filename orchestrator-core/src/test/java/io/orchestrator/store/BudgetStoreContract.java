package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.Failure;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs and phases use no more than their budgets allow. */
public abstract class BudgetStoreContract extends StoreContract {
    private static final String OF_PHASE =
            "{'name':'t','phases':[{'phase':'P','parallelism':2,'budgets':{'tokens':100},'agents':['A','B','C']},{'phase':'Q','agents':['D']}]}";

    private BudgetStore.Booking book(ClaimedTask task, long tokens) {
        return store.budgets().book(task.hold(), tokens(tokens));
    }

    private static Usage tokens(long tokens) {
        return new Usage(tokens, BigDecimal.ZERO, 0);
    }

    @Test
    void all_tasks_of_a_phase_draw_from_one_pool_and_a_limit_that_is_just_reached_is_kept() {
        Submission run = f.submit(OF_PHASE);
        Named<ClaimedTask> tasks = f.claimAll(run);
        assertThat(tasks.get("A").budgeted()).isTrue();
        assertThat(book(tasks.get("A"), 5).exhausted()).isEmpty();
        f.report(tasks.get("A").hold(), new Outcome.Completed(Json.NULL), tokens(5));
        assertThat(book(tasks.get("B"), 95).exhausted())
                .as("far beyond an even share")
                .isEmpty();
        assertThat(f.view(run).phases().getFirst().state()).isEqualTo(StageState.RUNNING);
        assertThat(f.eventKinds(run)).contains("budget.warning").doesNotContain("budget.exhausted");
    }

    @Test
    void the_booking_that_passes_the_limit_counts_and_fails_the_phase_and_nothing_more_starts() {
        Submission run = f.submit(OF_PHASE);
        Named<ClaimedTask> tasks = f.claimAll(run);
        book(tasks.get("A"), 60);
        String reason = book(tasks.get("B"), 50).exhausted().orElseThrow();
        assertThat(reason).contains("the budget of the phase is exhausted: used 110 of 100 tokens");
        assertThat(book(tasks.get("A"), 60).exhausted())
                .as("others learn of it")
                .isPresent();
        store.recovery().sweep(10);
        assertThat(f.tasksByName(run).get("C").state()).isEqualTo(TaskState.CANCELLED);
        f.report(tasks.get("A").hold(), new Outcome.Completed(Json.NULL), tokens(60));
        f.report(tasks.get("B").hold(), new Outcome.Completed(Json.NULL), tokens(50));
        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("is exhausted");
        assertThat(end.usage().tokens()).isEqualTo(110);
        List<String> kinds = f.eventKinds(run);
        assertThat(Collections.frequency(kinds, "budget.warning")).isEqualTo(1);
        assertThat(Collections.frequency(kinds, "budget.exhausted")).isEqualTo(1);
    }

    @Test
    void a_task_that_is_queued_while_its_budget_is_exhausted_is_not_claimed() {
        Submission run = f.submit(OF_PHASE);
        String worker = f.worker();
        ClaimedTask first = f.claim(worker, run.ready().tickets().subList(0, 1)).getFirst();
        book(first, 101);
        assertThat(f.claim(worker, run.ready().tickets())).isEmpty();
        assertThat(store.tasks().claimNext(worker, 10)).isEmpty();
    }

    @Test
    void the_runs_budget_spans_its_phases() {
        Submission run = f.submit(
                "{'name':'t','budgets':{'usd':1.5},'phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B','C']}]}");
        ClaimedTask first = f.claimOne(f.worker(), run);
        Usage one = new Usage(0, BigDecimal.ONE, 0);
        store.budgets().book(first.hold(), one);
        ReportResult next = f.report(first.hold(), new Outcome.Completed(Json.NULL), one);
        ClaimedTask second = f.claim(f.worker(), next.ready().tickets()).getFirst();
        assertThat(store.budgets()
                        .book(second.hold(), new Usage(0, new BigDecimal("0.4"), 0))
                        .exhausted())
                .isEmpty();
        assertThat(store.runs().events(run.runId(), 0, 100))
                .filteredOn(event -> event.kind().equals("budget.warning"))
                .singleElement()
                .extracting(EventView::data)
                .isEqualTo(Json.parse("{\"budget\":\"usd\",\"used\":1.4,\"limit\":1.5,\"percent\":93}"));
        assertThat(store.budgets().book(second.hold(), one).exhausted().orElseThrow())
                .contains("the budget of the run is exhausted: used 2 of 1.5 US dollars");
        f.report(second.hold(), new Outcome.Completed(Json.NULL), one);
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
    }

    @Test
    void tool_time_is_limited_too() {
        Submission run =
                f.submit("{'name':'t','budgets':{'tools_minutes':0.5},'phases':[{'phase':'P','agents':['A']}]}");
        ClaimedTask task = f.claimOne(f.worker(), run);
        assertThat(store.budgets()
                        .book(task.hold(), new Usage(0, BigDecimal.ZERO, 30_000))
                        .exhausted())
                .isEmpty();
        assertThat(store.budgets()
                        .book(task.hold(), new Usage(0, BigDecimal.ZERO, 30_001))
                        .exhausted()
                        .orElseThrow())
                .contains("used 30001 of 30000 ms of tool time");
    }

    @Test
    void the_same_total_is_booked_once_and_an_older_one_not_at_all() {
        Submission run = f.submit(OF_PHASE);
        ClaimedTask task = f.claimAll(run).get("A");
        book(task, 60);
        book(task, 60);
        book(task, 10);
        store.tasks().heartbeat(List.of(new TaskStore.Heartbeat(task.hold(), 0.5, "late", tokens(10))));
        assertThat(book(task, 100).exhausted()).isEmpty();
        assertThat(f.task(task).usage().tokens()).isEqualTo(100);
    }

    @Test
    void what_an_attempt_used_stays_used_when_it_is_tried_again() {
        Submission run = f.submit(OF_PHASE);
        ClaimedTask first = f.claimAll(run).get("A");
        book(first, 60);
        f.report(first.hold(), new Outcome.Retry(new Failure("no", true, Optional.empty()), Duration.ZERO), tokens(60));
        ClaimedTask second = f.claim(
                        f.worker(), store.timers().fireDue(10).ready().tickets())
                .getFirst();
        assertThat(second.usedBefore().tokens()).isEqualTo(60);
        assertThat(book(second, 101).exhausted()).isPresent();
    }

    @Test
    void children_draw_from_their_parents_budget() {
        Submission run = f.submit(OF_PHASE);
        ClaimedTask parent = f.claimAll(run).get("A");
        ChildSpec spec = new ChildSpec("one", "agent", "C", Json.EMPTY_OBJECT);
        ClaimedTask child = f.claim(
                        f.worker(),
                        store.children().submit(parent.hold(), spec).ready().tickets())
                .getFirst();
        assertThat(child.budgeted()).isTrue();
        book(parent, 60);
        assertThat(book(child, 60).exhausted()).isPresent();
    }

    @Test
    void who_holds_an_older_epoch_books_nothing() {
        Submission run = f.submit(OF_PHASE);
        String lost = f.worker();
        ClaimedTask zombie = f.claim(lost, run.ready().tickets().subList(0, 1)).getFirst();
        store.recovery().takeAway(List.of(lost), 5);
        assertThatThrownBy(() -> book(zombie, 500)).isInstanceOf(AttemptRevoked.class);
        assertThat(f.eventKinds(run)).doesNotContain("budget.exhausted");
    }

    @Test
    void a_run_without_budgets_books_into_none() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        assertThat(task.budgeted()).isFalse();
        assertThat(book(task, 1_000_000).exhausted()).isEmpty();
    }
}
