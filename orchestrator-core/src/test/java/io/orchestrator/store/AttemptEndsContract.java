package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.store.AttemptReport.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever asks who made an attempt finds it in the event of its end, however it ended. */
public abstract class AttemptEndsContract extends StoreContract {
    private void assertNamed(ClaimedTask task, String kind, String worker) {
        assertThat(store.runs().events(task.runId(), 0, 100))
                .filteredOn(event -> event.kind().equals(kind))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.workerId()).contains(worker));
    }

    @Test
    void a_failed_attempt_with_another_to_come_names_its_worker() {
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, f.submit(ONE_TASK));
        f.retry(task, Duration.ofSeconds(1));
        assertNamed(task, "task.retrying", worker);
    }

    @Test
    void a_retry_that_was_asked_for_by_itself_names_its_worker() {
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, f.submit(ONE_TASK));
        store.timers().scheduleRetry(task.hold(), Duration.ofSeconds(1));
        assertNamed(task, "task.retrying", worker);
    }

    @Test
    void an_attempt_that_was_handed_back_names_its_worker() {
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, f.submit(ONE_TASK));
        f.handBack(task, Duration.ZERO);
        assertNamed(task, "task.handed_back", worker);
    }

    @Test
    void a_task_that_was_declined_names_the_worker_that_does_not_know_it() {
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, f.submit(ONE_TASK));
        f.report(task.hold(), new Outcome.Declined("nobody here knows A"));
        assertNamed(task, "task.handed_back", worker);
    }

    @Test
    void an_attempt_that_waits_for_its_children_names_its_worker() {
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, f.submit(ONE_TASK));
        store.children().submit(task.hold(), new ChildSpec("one", "agent", "C", Json.EMPTY_OBJECT));
        f.report(task.hold(), new Outcome.Awaiting());
        assertNamed(task, "task.waiting", worker);
    }

    @Test
    void what_a_worker_leaves_behind_names_it() {
        String worker = f.worker();
        ClaimedTask task = f.claimOne(worker, f.submit(ONE_TASK));
        store.recovery().takeAway(List.of(worker), 5);
        assertNamed(task, "task.reclaimed", worker);
    }

    @Test
    void a_fallback_names_the_worker_of_the_attempt_before_it() {
        String plan = "{'name':'f','phases':[{'phase':'P','agents':[{'agent':'A','fallback':'B'}]}]}";
        String failing = f.worker();
        ClaimedTask failed = f.claimOne(failing, f.submit(plan));
        f.fail(failed, "no way");
        assertNamed(failed, "task.fell_back", failing);

        String dying = f.worker();
        ClaimedTask lost = f.claimOne(dying, f.submit(plan));
        store.recovery().takeAway(List.of(dying), 1);
        assertNamed(lost, "task.fell_back", dying);
    }
}
