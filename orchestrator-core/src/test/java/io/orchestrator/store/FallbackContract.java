package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.run.Failure;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tasks that go on with another target when theirs has failed for good. */
public abstract class FallbackContract extends StoreContract {
    private Submission submit(String fallback) {
        return f.submit("{'name':'f','phases':[{'phase':'P','agents':[{'agent':'A','fallback':" + fallback + "}]}]}");
    }

    private ClaimedTask fallenBack(String fallback) {
        ClaimedTask first = f.claimOne(f.worker(), submit(fallback));
        store.checkpoints().save(first.hold(), "half", Json.of(1), 10);
        ReportResult failed = f.fail(first, "no way");
        assertThat(failed.accepted()).containsExactly(first.hold());
        return f.claim(f.worker(), failed.ready().tickets()).getFirst();
    }

    @Test
    void the_fallback_goes_on_with_all_its_attempts_and_knows_the_error() {
        Submission run = submit("'B'");
        ClaimedTask first = f.claimOne(f.worker(), run);
        f.retry(first, Duration.ofSeconds(1));
        store.advance(Duration.ofSeconds(2));
        ClaimedTask second = f.claim(
                        f.worker(), store.timers().fireDue(10).ready().tickets())
                .getFirst();
        assertThat(second.attempt()).isEqualTo(2);
        ReportResult failed = f.report(
                second.hold(),
                new Outcome.Failed(new Failure("no way", true, Optional.empty())),
                StoreFixture.usage(7));
        ClaimedTask third = f.claim(f.worker(), failed.ready().tickets()).getFirst();
        assertThat(third.target()).isEqualTo("B");
        assertThat(third.name()).isEqualTo("A");
        assertThat(third.attempt()).isEqualTo(1);
        assertThat(third.hold().taskId()).isEqualTo(first.hold().taskId());
        assertThat(third.hold().epoch()).isGreaterThan(second.hold().epoch());
        assertThat(third.fellBack()).contains(new ClaimedTask.FellBack("A", "no way"));
        assertThat(third.usedBefore()).isEqualTo(StoreFixture.usage(7));
        f.complete(third, Json.of("saved"));
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
        assertThat(f.task(third).target()).isEqualTo("B");
        assertThat(f.task(third).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(f.eventKinds(run)).containsSubsequence("task.retrying", "task.fell_back", "task.completed");
        assertThat(f.eventKinds(run)).doesNotContain("task.failed");
    }

    @Test
    void the_fallback_begins_anew_unless_it_can_continue_from_the_checkpoints() {
        assertThat(fallenBack("'B'").checkpoint()).isEmpty();
        assertThat(fallenBack("{'target':'B','fromCheckpoint':true}")
                        .checkpoint()
                        .orElseThrow()
                        .token())
                .isEqualTo("half");
    }

    @Test
    void the_fallback_continues_from_its_own_checkpoints() {
        ClaimedTask second = fallenBack("'B'");
        store.checkpoints().save(second.hold(), "mine", Json.of(2), 10);
        ReportResult back = f.handBack(second, Duration.ZERO);
        ClaimedTask third = f.claim(f.worker(), back.ready().tickets()).getFirst();
        assertThat(third.checkpoint().orElseThrow().token()).isEqualTo("mine");
    }

    @Test
    void a_fallback_that_fails_too_fails_the_task() {
        Submission run = submit("'B'");
        ReportResult failed = f.fail(f.claimOne(f.worker(), run), "first");
        f.fail(f.claim(f.worker(), failed.ready().tickets()).getFirst(), "second");
        assertThat(f.view(run).state()).isEqualTo(StageState.FAILED);
        assertThat(f.view(run).reason()).contains("second");
        assertThat(f.eventKinds(run).stream().filter(kind -> kind.equals("task.failed")))
                .hasSize(1);
    }

    @Test
    void a_report_that_is_no_longer_trusted_does_not_fall_back() {
        Submission run = submit("'B'");
        String worker = f.worker();
        ClaimedTask zombie = f.claimOne(worker, run);
        store.recovery().takeAway(List.of(worker), 5);
        assertThat(f.fail(zombie, "late").accepted()).isEmpty();
        assertThat(f.task(zombie).target()).isEqualTo("A");
    }

    @Test
    void a_target_that_takes_its_workers_down_is_replaced_instead_of_the_task_being_buried() {
        Submission run = submit("'B'");
        String worker = f.worker();
        ClaimedTask zombie = f.claimOne(worker, run);
        Recovery.Round round = store.recovery().takeAway(List.of(worker), 1);
        assertThat(round.buried()).isZero();
        assertThat(round.requeued()).isEqualTo(1);
        assertThat(f.complete(zombie, Json.NULL).accepted()).isEmpty();
        ClaimedTask next = f.claim(f.worker(), round.ready().tickets()).getFirst();
        assertThat(next.target()).isEqualTo("B");
        assertThat(next.fellBack().orElseThrow().error()).contains("workers down");
    }
}
