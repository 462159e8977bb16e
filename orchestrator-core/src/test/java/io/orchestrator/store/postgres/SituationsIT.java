package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.plan.BreakerRule;
import io.orchestrator.plan.TaskType;
import io.orchestrator.run.Reason;
import io.orchestrator.run.Reason.Kind;
import io.orchestrator.run.WhyDecisions;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.Breakers.Target;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.RunStart;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a run or a task waits for, read from what the engine has written. */
class SituationsIT {
    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;

    @AfterEach
    void close() {
        tested.close();
    }

    private List<Reason> why(Submission run) {
        return WhyDecisions.ofRun(store.situations().ofRun(run.runId()).orElseThrow());
    }

    private Reason whyTask(String taskId) {
        return WhyDecisions.ofTask(store.situations().ofTask(taskId).orElseThrow(), taskId)
                .getLast();
    }

    @Test
    void what_is_not_there_has_no_situation() {
        assertThat(store.situations().ofRun("run-none")).isEmpty();
        assertThat(store.situations().ofTask("task-none")).isEmpty();
    }

    @Test
    void phases_wait_for_each_other_in_the_order_of_the_plan_or_by_their_needs() {
        Submission line = f.submit("{'name':'l','phases':[{'phase':'A','agents':['X']},{'phase':'B','agents':['Y']}]}");
        assertThat(why(line).getLast().text()).isEqualTo("phase B starts after A (running)");
        Submission graph = f.submit("{'name':'g','phases':[{'phase':'A','needs':[],'agents':['X']},"
                + "{'phase':'B','needs':[],'agents':['Y']},{'phase':'C','needs':['A','B'],'agents':['Z']}]}");
        assertThat(why(graph).getLast().text()).isEqualTo("phase C starts after A (running), B (running)");
    }

    @Test
    void a_pause_a_worker_and_places_are_told_with_their_instants() {
        Submission run = f.submit("{'name':'p','phases':[{'phase':'P','parallelism':1,'agents':['A','B']}]}");
        assertThat(why(run)).extracting(Reason::kind).containsExactly(Kind.PARALLELISM, Kind.NO_WORKER);
        ClaimedTask task = f.claimOne(f.worker(), run);
        assertThat(why(run)).extracting(Reason::kind).containsExactly(Kind.PARALLELISM, Kind.RUNNING);
        assertThat(whyTask(task.hold().taskId()).since()).isEqualTo(f.task(task).startedAt());
        store.gates().close(Gate.ofRun(run.runId()), Closing.because("the API is down"));
        assertThat(why(run).getFirst().text()).contains("the API is down");
        assertThat(why(run).getFirst().since()).isPresent();
    }

    @Test
    void a_retry_names_the_failure_and_its_timer_and_the_end_of_a_task_its_error() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        f.retry(task, Duration.ofMinutes(5));
        Reason retry = whyTask(task.hold().taskId());
        assertThat(retry.text()).startsWith("attempt 1 failed: boom");
        assertThat(retry.until()).isPresent();
        store.runs().cancel(run.runId(), "enough");
        assertThat(whyTask(task.hold().taskId()).text()).startsWith("the task has ended as cancelled");
        assertThat(why(run).getFirst().text()).isEqualTo("the run has ended as cancelled: enough");
    }

    @Test
    void children_are_counted_and_a_breaker_says_when_it_probes() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask parent = f.claimOne(f.worker(), run);
        store.children().submit(parent.hold(), new ChildSpec("c", "agent", "B", Json.EMPTY_OBJECT));
        f.report(parent.hold(), new Outcome.Awaiting());
        assertThat(whyTask(parent.hold().taskId()).text()).isEqualTo("waits for 1 task that it has submitted");
        Target target = new Target(TaskType.AGENT, "B", run.runId());
        store.breakers().trip(target, new BreakerRule(3, Duration.ofMinutes(10), 1), "4 of 4 attempts failed");
        Reason held = why(run).getFirst();
        assertThat(held.kind()).isEqualTo(Kind.BREAKER);
        assertThat(held.text()).contains("agent:B is held by its breaker: 4 of 4 attempts failed");
        assertThat(held.until()).isPresent();
    }

    @Test
    void a_later_start_and_a_delay_say_until_when() {
        Submission later =
                store.runs().submit(StoreFixture.request(ONE_TASK).startingAt(new RunStart.In(Duration.ofHours(1))));
        assertThat(why(later)).extracting(Reason::kind).containsExactly(Kind.START);
        Submission delayed = f.submit(ONE_TASK.replace("'phase':", "'delay':'PT1H','phase':"));
        Reason delay = why(delayed).getFirst();
        assertThat(delay.kind()).isEqualTo(Kind.DELAY);
        assertThat(delay.until()).isPresent();
        assertThat(delay.since()).isPresent();
    }
}
