package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program and its children write late is read to its end, or the attempt says that it was not. */
@Timeout(300)
class LateOutputIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    Programs programs;

    @BeforeEach
    void prepare() {
        programs = new Programs(directory);
        assumeTrue(CommandLookup.inPath("mkfifo", ChildEnvironment.workerPath(), directory)
                .isPresent());
    }

    @Test
    void a_result_that_a_child_writes_after_the_programs_end_is_the_output_forty_times_of_forty() {
        String late = """
                head -n 1 >/dev/null
                ( for i in 1 2 3 4 5 6 7 8; do sleep 0.05; echo "line $i"; done
                  echo '{"type":"result","output":"from the child"}' ) &
                exit 0
                """;
        List<Programs.Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Programs own = new Programs(directory);
            attempts.add(own.start(own.script(late)));
        }
        for (Programs.Attempt attempt : attempts) {
            await().atMost(Duration.ofMinutes(2)).until(attempt.outcome()::isDone);
            assertThat(attempt.outcome().resultNow()).isEqualTo(Json.of("from the child"));
        }
    }

    @Test
    void a_program_that_ends_before_anybody_reads_has_said_all_the_same() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(programs.run("(echo '{\"type\":\"result\",\"output\":1}') & exit 0"))
                    .isEqualTo(Json.of(1));
        }
    }

    @Test
    void a_result_that_takes_longer_than_a_moment_is_waited_for_while_nothing_else_decides() throws Exception {
        assertThat(programs.run("(sleep 3; echo '{\"type\":\"result\",\"output\":\"slow\"}') & exit 0"))
                .isEqualTo(Json.of("slow"));
    }

    @Test
    void a_program_that_exits_without_a_result_while_its_output_is_held_is_told_apart_from_one_that_prints_nothing()
            throws Exception {
        assertThat(programs.run("exit 0")).isEqualTo(Json.of(""));
        assertThatThrownBy(() -> programs.run("echo some text; sleep 1000 & exit 0"))
                .isInstanceOfSatisfying(
                        AgentFailure.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining(
                        "exited with code 0 and without a result while its stdout was still held by process")
                .hasMessageContaining("(sleep)")
                .hasMessageContaining("nothing came for 10 s");
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void what_holds_stderr_alone_hides_no_result() throws Exception {
        assertThat(programs.run("echo text; sleep 1000 >/dev/null & exit 0")).isEqualTo(Json.of("text"));
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void stdout_and_stderr_can_be_opened_anew_by_their_names() throws Exception {
        assumeTrue(Path.of("/dev/stderr").toFile().exists());
        assertThat(programs.run("echo one >/dev/stdout; echo two >/dev/stderr; echo three >>/dev/stdout"))
                .isEqualTo(Json.of("one\nthree"));
        assertThat(programs.context.logs).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void what_was_said_before_a_kill_at_shutdown_counts() {
        Programs.Attempt attempt = programs.start(programs.script("""
                trap '' TERM
                echo up
                while [ ! -e go ]; do sleep 0.02; done
                i=0; while [ $i -lt 2000 ]; do
                    echo '{"type":"usage","tokens":1}'; i=$((i+1))
                done
                echo '{"type":"checkpoint","token":"last"}'
                touch said
                while :; do sleep 1000; done
                """).withGrace(Duration.ofMillis(500)));
        programs.awaitLog("up");
        // The attempt's own thread is held here, so that all is in the pipe and in the queue when the kill comes.
        programs.context.onUsage = () -> {
            if (programs.context.calls.isEmpty()) {
                await().atMost(Programs.PATIENCE)
                        .until(() -> directory.resolve("said").toFile().exists());
            }
        };
        programs.context.shutdownRequested = true;
        programs.touch("go");
        assertThat(attempt.failure()).isInstanceOf(ReturnedEarly.class);
        assertThat(programs.context.calls).hasSize(2001).endsWith("usage 1 0 0", "checkpoint last null");
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void what_a_cancelled_program_says_in_its_grace_is_logged_and_changes_nothing() {
        Programs.Attempt attempt = programs.start(programs.script("""
                trap 'echo goodbye; echo "{\\"type\\":\\"checkpoint\\",\\"token\\":\\"late\\"}"; exit 0' TERM
                echo up
                while :; do sleep 0.05; done
                """).withGrace(Duration.ofHours(1)));
        programs.awaitLog("up");
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
        assertThat(programs.context.logs).contains("goodbye");
        assertThat(programs.context.calls).isEmpty();
    }

    @Test
    void a_cancelled_program_that_floods_its_output_is_not_held_up_in_ending() {
        Programs.Attempt attempt = programs.start(programs.script("""
                trap 'head -c 40000000 /dev/zero | tr "\\0" x | fold -w 1000; echo done >ended; exit 0' TERM
                echo up
                while :; do sleep 0.05; done
                """).withGrace(Duration.ofHours(1)));
        programs.awaitLog("up");
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
        assertThat(directory.resolve("ended")).exists();
    }

    @Test
    void an_orphan_out_of_reach_that_goes_on_writing_finds_a_broken_pipe() throws Exception {
        assumeTrue(CommandLookup.inPath("setsid", ChildEnvironment.workerPath(), directory)
                .isPresent());
        programs = new Programs(
                directory, ProgramHost.of("worker-without-a-keep").with(Kind.MARKS.keeper(ProcessTable.ofThisHost())));
        programs.file("orphan.sh", "trap 'echo broken >broken; exit' PIPE\nwhile :; do echo noise; sleep 0.05; done\n");
        Json output = programs.run("""
                (env -i PATH="$PATH" setsid setsid sh -c 'sh orphan.sh & sleep 0.2' &)
                echo '{"type":"result","output":1}'
                """);
        assertThat(output).isEqualTo(Json.of(1));
        await().atMost(Programs.PATIENCE)
                .until(() -> directory.resolve("broken").toFile().exists());
    }

    @Test
    void usage_that_comes_too_late_after_a_result_is_told() throws Exception {
        assertThat(programs.run("""
                        echo '{"type":"result","output":1}'
                        (sleep 60; echo '{"type":"usage","tokens":5}') & exit 0
                        """)).isEqualTo(Json.of(1));
        assertThat(programs.context.slips)
                .singleElement()
                .asString()
                .startsWith("usage: process ")
                .contains("after the result", "is not counted");
        assertThat(programs.run("""
                        echo '{"type":"result","output":1}'
                        (sleep 60) >/dev/null & exit 0
                        """)).isEqualTo(Json.of(1));
        assertThat(programs.context.slips).hasSize(1);
    }
}
