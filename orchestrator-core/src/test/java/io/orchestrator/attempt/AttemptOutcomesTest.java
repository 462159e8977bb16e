package io.orchestrator.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.BudgetExhausted;
import io.orchestrator.agent.CheckpointTooLarge;
import io.orchestrator.agent.ChildRefused;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import io.orchestrator.run.Failure;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.Unreadable;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttemptOutcomesTest {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(2);
    private static final Outcome DONE = new Outcome.Completed(Json.of(1));
    private static final Outcome BROKEN = new Outcome.Failed(new Failure("broken", false, Optional.empty()));

    private final AttemptOutcomes outcomes = new AttemptOutcomes(new SplittableRandom(1));
    private final TaskInHand task = SampleTask.of("Plain").inHand();

    /** What a body throws, and what it means at the first of three attempts. */
    record Thrown(Throwable thrown, Outcome outcome) {
        @Override
        public String toString() {
            return thrown.getClass().getSimpleName();
        }
    }

    static Stream<Thrown> foreseen() {
        return Stream.of(
                new Thrown(new AwaitingChildren("task"), new Outcome.Awaiting()),
                new Thrown(new ReturnedEarly("asked to"), new Outcome.HandedBack("asked to", Duration.ZERO)),
                new Thrown(AgentFailure.retryable("busy"), retry("busy")),
                new Thrown(AgentFailure.permanent("no such repository"), failed("no such repository")),
                new Thrown(ChildRefused.conflict("k", "task.1"), failed(ChildRefused.conflict("k", "task.1"))),
                new Thrown(new BudgetExhausted("the run has used its tokens"), failed("the run has used its tokens")),
                new Thrown(
                        new CheckpointTooLarge("task", "t", 9, 8), failed(new CheckpointTooLarge("task", "t", 9, 8))),
                new Thrown(
                        new Unreadable("the budget of run-1", "it has spent NaN"),
                        failed("the budget of run-1 cannot be read: it has spent NaN")),
                new Thrown(new AttemptRevoked("no longer held"), retry("the attempt was interrupted")),
                new Thrown(new InterruptedException("sleep interrupted"), retry("the attempt was interrupted")));
    }

    static Stream<Thrown> unforeseen() {
        return Stream.of(
                new Thrown(new IllegalStateException("a bug"), retry("java.lang.IllegalStateException: a bug")),
                new Thrown(new Exception("a checked one"), retry("java.lang.Exception: a checked one")),
                new Thrown(new IllegalStateException(" "), retry("java.lang.IllegalStateException")),
                new Thrown(new StackOverflowError(), retry("java.lang.StackOverflowError")),
                new Thrown(new NoClassDefFoundError("a/b/C"), retry("java.lang.NoClassDefFoundError: a/b/C")),
                new Thrown(new AssertionError("it did not hold"), retry("java.lang.AssertionError: it did not hold")));
    }

    private static Outcome retry(String message) {
        return new Outcome.Retry(new Failure(message, true, Optional.empty()), FIRST_WAIT);
    }

    private static Outcome failed(String message) {
        return new Outcome.Failed(new Failure(message, false, Optional.empty()));
    }

    private static Outcome failed(Throwable why) {
        return failed(String.valueOf(why.getMessage()));
    }

    @ParameterizedTest
    @MethodSource("foreseen")
    void what_a_body_says_by_what_it_throws_is_believed(Thrown end) {
        assertThat(outcomes.ofThrown(end.thrown(), task)).isEqualTo(end.outcome());
        assertThat(AttemptOutcomes.isUnforeseen(end.thrown())).isFalse();
    }

    @ParameterizedTest
    @MethodSource("unforeseen")
    void what_nothing_provides_for_is_tried_again(Thrown end) {
        assertThat(outcomes.ofThrown(end.thrown(), task)).isEqualTo(end.outcome());
        assertThat(AttemptOutcomes.isUnforeseen(end.thrown())).isTrue();
    }

    @Test
    void null_for_a_result_is_one_sentence_and_is_tried_again_like_any_failure() {
        assertThat(outcomes.ofReturned(null, task))
                .isEqualTo(retry("the result of agent 'Plain' is null; expected a JSON value, Json.NULL for nothing"));
        assertThat(outcomes.ofReturned(Json.NULL, task)).isEqualTo(new Outcome.Completed(Json.NULL));
    }

    @Test
    void a_result_that_cannot_be_stored_fails_for_good_with_its_place_and_the_limit() {
        assertThat(outcomes.ofReturned(Json.parse("{\"a\":[1e2000]}"), task))
                .isEqualTo(failed("the result of agent 'Plain' cannot be stored: a number with more digits before the"
                        + " decimal point than can be stored (1,100, written out without an exponent), at /a/0"));
        Json everyday = Json.parse("{\"perplexity\":1e120,\"p\":1e-150}");
        assertThat(outcomes.ofReturned(everyday, task)).isEqualTo(new Outcome.Completed(everyday));
    }

    @Test
    void an_agent_that_asks_for_a_wait_beyond_every_clock_gets_ten_years() {
        Duration forEver = Duration.ofMillis(Long.MAX_VALUE);
        assertThat(outcomes.ofThrown(AgentFailure.retryableAfter("closed", forEver), task))
                .isEqualTo(
                        new Outcome.Retry(new Failure("closed", true, Optional.of(forEver)), Duration.ofDays(3_650)));
    }

    @Test
    void an_agent_that_asks_for_a_longer_wait_gets_it() {
        Duration hour = Duration.ofHours(1);
        assertThat(outcomes.ofThrown(AgentFailure.retryableAfter("closed", hour), task))
                .isEqualTo(new Outcome.Retry(new Failure("closed", true, Optional.of(hour)), hour));
    }

    @Test
    void the_last_attempt_that_the_policy_allows_is_not_tried_again() {
        TaskInHand last = SampleTask.of("Plain").attempt(3).inHand();
        assertThat(outcomes.ofThrown(AgentFailure.retryable("busy"), last))
                .isEqualTo(new Outcome.Failed(new Failure("busy", true, Optional.empty())));
    }

    @Test
    void a_result_that_was_ready_counts_although_the_body_was_to_stop() {
        Failure stuck = new Failure("stuck", true, Optional.empty());
        for (Stop reason :
                new Stop[] {new Stop.Fenced(), new Stop.Recalled(), new Stop.Shutdown(), new Stop.Stuck(stuck)}) {
            assertThat(outcomes.ofStopped(reason, DONE, task)).contains(DONE);
            assertThat(outcomes.ofStopped(reason, new Outcome.Awaiting(), task)).contains(new Outcome.Awaiting());
        }
    }

    @Test
    void nothing_counts_of_an_attempt_that_the_engine_has_ended_or_given_away() {
        assertThat(outcomes.ofStopped(new Stop.Revoked(), DONE, task)).isEmpty();
        assertThat(outcomes.ofStopped(new Stop.Lost(), DONE, task)).isEmpty();
        assertThat(outcomes.ofStopped(new Stop.Revoked(), BROKEN, task)).isEmpty();
        assertThat(outcomes.ofStopped(new Stop.Lost(), BROKEN, task)).isEmpty();
    }

    @Test
    void a_body_that_breaks_off_because_it_was_to_stop_uses_up_no_attempt() {
        assertThat(outcomes.ofStopped(new Stop.Fenced(), BROKEN, task))
                .contains(new Outcome.HandedBack("its worker could not renew the lease", Duration.ZERO));
        assertThat(outcomes.ofStopped(new Stop.Recalled(), BROKEN, task))
                .contains(new Outcome.HandedBack("its run or its queue was paused", Duration.ZERO));
        assertThat(outcomes.ofStopped(new Stop.Shutdown(), BROKEN, task))
                .contains(new Outcome.HandedBack("its worker stopped", Duration.ZERO));
    }

    @Test
    void a_stuck_attempt_fails_as_the_plan_says_whatever_its_body_says() {
        Failure mayHelp = new Failure("stuck: no progress", true, Optional.empty());
        assertThat(outcomes.ofStopped(new Stop.Stuck(mayHelp), BROKEN, task))
                .contains(new Outcome.Retry(mayHelp, FIRST_WAIT));
        Failure forGood = new Failure("stuck: no progress", false, Optional.empty());
        assertThat(outcomes.ofStopped(new Stop.Stuck(forGood), BROKEN, task)).contains(new Outcome.Failed(forGood));
    }

    @Test
    void a_task_that_nobody_here_can_do_goes_back_for_others_after_a_while() {
        assertThat(AttemptOutcomes.ofUnknown(task))
                .isEqualTo(new Outcome.Declined("this worker knows no agent 'Plain'"));
    }
}
