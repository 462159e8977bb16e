package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.store.postgres.PlantedFault;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real engine with one guarantee taken out: the scenarios and the checker notice, every time. Each scenario is seen to
 * be green on the engine as it is; for the fences that is {@link ZombieIT}.
 */
@Tag("slow")
class MutantsIT {
    private static final String SET_RETRYING = "SET state = 'retrying', worker_id = NULL, probe = false, claims = 0";
    private static final String SET_ITS_TIMER = "INSERT INTO timers (kind, run_id, phase_id, task_id, expect_epoch";
    private static final String CLAIM = "FROM holder h WHERE l.task_id = ANY (?::text[])";
    private static final String BOOK = "UPDATE budgets b";
    private static final String BOOKS_ON_TOP = "tokens = b.tokens";
    private static final String READS_FIRST = "SELECT scope_id FROM";
    private static final String SEND_AGAIN = "looked_at AS (";
    private static final String IS_DUE = "dispatch_at <= statement_timestamp()";

    /** What the planted faults know statements by. */
    static final List<String> TEXTS =
            List.of(SET_RETRYING, SET_ITS_TIMER, CLAIM, BOOK, BOOKS_ON_TOP, READS_FIRST, SEND_AGAIN, IS_DUE);

    @ParameterizedTest
    @EnumSource
    void a_missing_fence_lets_the_zombie_in(FenceMutant mutant, @TempDir Path directory) throws Exception {
        PlantedFault fault = mutant.planted();
        try (ZombieStory story = new ZombieStory(directory.resolve("journal"), fault)) {
            assertThat(story.violations()).containsAll(mutant.symptoms());
            assertThat(fault.wasHit()).isTrue();
        }
    }

    @Test
    void a_crash_between_failing_and_its_retry_timer_does_nothing_when_they_are_one_transaction() {
        try (CrashStory story = new CrashStory(PlantedFault.brokenOnceAt(SET_ITS_TIMER), UnaryOperator.identity())) {
            assertThat(story.violations()).isEmpty();
        }
    }

    @Test
    void a_crash_between_failing_and_its_retry_timer_strands_the_task_when_they_are_two() {
        try (CrashStory story = new CrashStory(
                PlantedFault.brokenOnceAt(SET_ITS_TIMER),
                UnaryOperator.identity(),
                PlantedFault.committedAfter(SET_RETRYING))) {
            assertThat(story.violations()).contains("retry-has-a-timer", "drained-of-tasks");
            assertThat(story.allWereHit()).isTrue();
        }
    }

    @Test
    void a_claim_that_crashes_costs_nothing_when_its_ticket_was_not_acknowledged() {
        try (CrashStory story = new CrashStory(PlantedFault.brokenOnceAt(CLAIM), UnaryOperator.identity())) {
            assertThat(story.violations()).isEmpty();
        }
    }

    @Test
    void a_claim_that_crashes_after_its_acknowledgement_costs_nothing_while_the_dispatcher_sends_again() {
        try (CrashStory story = new CrashStory(PlantedFault.brokenOnceAt(CLAIM), EagerQueue::new)) {
            assertThat(story.violations()).isEmpty();
        }
    }

    @Test
    void a_claim_that_crashes_after_its_acknowledgement_strands_the_task_when_nobody_sends_again() {
        try (CrashStory story = new CrashStory(
                PlantedFault.brokenOnceAt(CLAIM),
                EagerQueue::new,
                PlantedFault.rewritten(SEND_AGAIN, IS_DUE, "false"))) {
            assertThat(story.violations()).contains("drained-of-tasks");
            assertThat(story.allWereHit()).isTrue();
        }
    }

    @Test
    void two_bookings_at_once_that_together_pass_the_limit_end_the_run() throws Exception {
        try (BudgetStory story = new BudgetStory()) {
            assertThat(story.violations()).isEmpty();
        }
    }

    @Test
    void two_bookings_at_once_overspend_when_the_ledger_is_read_first_and_written_then() throws Exception {
        PlantedFault unlocked = PlantedFault.rewritten(BOOK, " FOR UPDATE", "");
        PlantedFault read = PlantedFault.rewritten(BOOK, READS_FIRST, "SELECT scope_id, tokens FROM");
        PlantedFault written = PlantedFault.rewritten(BOOK, BOOKS_ON_TOP, "tokens = s.tokens");
        try (BudgetStory story = new BudgetStory(unlocked, read, written)) {
            assertThat(story.violations()).contains("ended as if there were money left", "budget-ledger");
            assertThat(List.of(unlocked, read, written)).allMatch(PlantedFault::wasHit);
        }
    }
}
