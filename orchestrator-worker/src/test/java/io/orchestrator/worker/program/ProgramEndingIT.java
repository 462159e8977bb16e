package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProgramEndingIT {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration FOR_EVER = Duration.ofHours(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    Programs programs;

    @BeforeEach
    void prepare() {
        programs = new Programs(directory);
    }

    @Test
    void an_interrupt_ends_the_program_in_its_own_way_first() {
        Programs.Attempt attempt =
                programs.start(programs.script("trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done")
                        .withGrace(FOR_EVER));
        programs.awaitLog("up");
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_cancelled_context_is_noticed_without_an_interrupt() {
        Programs.Attempt attempt =
                programs.start(programs.script("echo up; sleep 1000").withGrace(SHORT));
        programs.awaitLog("up");
        programs.context.cancelled = true;
        assertThat(attempt.failure()).isInstanceOf(AttemptRevoked.class);
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_child_that_left_the_session_and_ignores_sigterm_is_gone_after_a_cancel() {
        assumeTrue(CommandLookup.inPath("setsid", ChildEnvironment.workerPath(), directory)
                .isPresent());
        Programs.Attempt attempt = programs.start(programs.script("""
                trap '' TERM
                (setsid sh -c 'trap "" TERM; echo child; while :; do sleep 1000; done' &)
                while :; do sleep 1000; done
                """).withGrace(SHORT));
        programs.awaitLog("child");
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_program_that_forks_all_the_time_is_gone_after_a_cancel() throws Exception {
        programs.file("hop.sh", "trap '' TERM\nsh ./hop.sh &\n");
        Programs.Attempt attempt = programs.start(programs.script("""
                trap '' TERM
                sh ./hop.sh >/dev/null & sh ./hop.sh >/dev/null &
                echo up
                while :; do sleep 1000; done
                """).withGrace(SHORT));
        programs.awaitLog("up");
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_program_that_forks_into_ever_new_sessions_is_gone_after_a_cancel() throws Exception {
        assumeTrue(CommandLookup.inPath("setsid", ChildEnvironment.workerPath(), directory)
                .isPresent());
        programs.file("hop.sh", "trap '' TERM\nsetsid sh ./hop.sh &\n");
        Programs.Attempt attempt = programs.start(programs.script("""
                trap '' TERM
                sh ./hop.sh >/dev/null &
                echo up
                while :; do sleep 1000; done
                """).withGrace(SHORT));
        programs.awaitLog("up");
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_child_that_holds_stdout_open_does_not_hold_up_the_result_and_is_ended() throws Exception {
        Json output = programs.run("sleep 1000 & echo '{\"type\":\"result\",\"output\":1}'");
        assertThat(output).isEqualTo(Json.of(1));
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_child_that_writes_for_ever_does_not_hold_up_the_result_either() throws Exception {
        Json output = programs.run("(while :; do echo noise; done) & echo '{\"type\":\"result\",\"output\":1}'");
        assertThat(output).isEqualTo(Json.of(1));
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_finished_attempt_leaves_no_silent_child_behind() throws Exception {
        assertThat(programs.run("sleep 1000 </dev/null >/dev/null 2>&1 & echo fine"))
                .isEqualTo(Json.of("fine"));
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void at_shutdown_the_program_may_save_a_checkpoint_and_returning_is_no_failure() {
        Programs.Attempt attempt = programs.start(programs.script("""
                trap 'echo "{\\"type\\":\\"checkpoint\\",\\"token\\":\\"saved\\"}"; exit 143' TERM
                echo up
                while :; do sleep 0.05; done
                """).withGrace(FOR_EVER));
        programs.awaitLog("up");
        programs.context.shutdownRequested = true;
        assertThat(attempt.failure()).isInstanceOf(ReturnedEarly.class).hasMessageContaining("exit code 143 (SIGTERM)");
        assertThat(programs.context.calls).containsExactly("checkpoint saved null");
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void at_shutdown_a_program_that_still_comes_to_its_result_is_done() {
        Programs.Attempt attempt = programs.start(programs.script("""
                trap 'echo "{\\"type\\":\\"result\\",\\"output\\":1}"; exit 0' TERM
                echo up
                while :; do sleep 0.05; done
                """).withGrace(FOR_EVER));
        programs.awaitLog("up");
        programs.context.shutdownRequested = true;
        await().atMost(Programs.PATIENCE).until(attempt.outcome()::isDone);
        assertThat(attempt.outcome().resultNow()).isEqualTo(Json.of(1));
    }

    @Test
    void at_shutdown_a_program_that_does_not_listen_is_killed_after_its_grace() {
        Programs.Attempt attempt = programs.start(programs.script("trap '' TERM; echo up; while :; do sleep 1000; done")
                .withGrace(SHORT));
        programs.awaitLog("up");
        programs.context.shutdownRequested = true;
        assertThat(attempt.failure()).isInstanceOf(ReturnedEarly.class).hasMessageContaining("was killed");
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void at_shutdown_a_program_with_more_time_than_its_worker_is_killed_when_the_workers_is_over() {
        Programs.Attempt attempt =
                programs.start(programs.script("trap 'echo told' TERM; echo up; while :; do sleep 0.05; done")
                        .withGrace(FOR_EVER));
        programs.awaitLog("up");
        programs.context.shutdownRequested = true;
        programs.awaitLog("told");
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
        assertThat(programs.alive()).isEmpty();
    }
}
