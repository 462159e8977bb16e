package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProgramFailureIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    Programs programs;

    @BeforeEach
    void prepare() {
        programs = new Programs(directory);
    }

    private AgentFailure failureOf(String script) {
        AgentFailure failure = catchThrowableOfType(AgentFailure.class, () -> programs.run(script));
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void to_await_nothing_is_told_in_a_sentence() {
        programs.context.onAwait = () -> {
            throw new IllegalStateException("there is nothing to wait for");
        };
        assertThatThrownBy(() -> programs.run("echo '{\"type\":\"await_children\"}'"))
                .isInstanceOf(AgentFailure.class)
                .hasMessage("agent 'Lister' sent 'await_children', and there is nothing to wait for");
    }

    @Test
    void a_non_zero_exit_fails_the_attempt_with_the_end_of_stderr_even_after_a_result() {
        AgentFailure failure = failureOf("""
                echo '{"type":"result","output":1}'
                i=0; while [ $i -lt 1000 ]; do echo "line $i" >&2; i=$((i+1)); done
                echo 'größer als erlaubt' >&2
                exit 3
                """);
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.getMessage())
                .startsWith("agent 'Lister' failed with exit code 3; its stderr ends with:\n…")
                .endsWith("line 999\ngrößer als erlaubt")
                .hasSizeLessThan(4_300);
    }

    @Test
    void a_signal_is_named() {
        assertThat(failureOf("kill -9 $$"))
                .hasMessage("agent 'Lister' failed with exit code 137 (SIGKILL); it wrote nothing to stderr");
    }

    @Test
    void an_error_message_wins_over_the_exit_code() {
        AgentFailure failure =
                failureOf("echo '{\"type\":\"error\",\"message\":\"no access\",\"retryable\":false}'; exit 7");
        assertThat(failure).hasMessage("no access");
        assertThat(failure.isRetryable()).isFalse();
        AgentFailure later = failureOf("echo '{\"type\":\"error\",\"message\":\"busy\",\"retryAfterMs\":1500}'");
        assertThat(later.isRetryable()).isTrue();
        assertThat(later.retryAfter()).contains(Duration.ofMillis(1500));
    }

    @Test
    void a_missing_command_is_refused_before_anything_starts() {
        ProgramSpec spec = programs.command("no-such-program-here");
        assertThat(spec.problem())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith("agent 'Lister': command 'no-such-program-here' not found in PATH /"));
        assertThatThrownBy(() -> programs.run(spec))
                .isInstanceOfSatisfying(
                        AgentFailure.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessage(spec.problem().orElseThrow());
    }

    @Test
    void a_command_with_a_slash_is_relative_to_the_directory_and_must_be_executable() throws Exception {
        programs.file("agent.sh", "#!/bin/sh\necho \"$1\"\n");
        ProgramSpec spec = programs.command("./agent.sh", "a b; echo $(id)\n--x");
        assertThat(spec.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("chmod +x"));
        assertThat(directory.resolve("agent.sh").toFile().setExecutable(true)).isTrue();
        assertThat(spec.problem()).isEmpty();
        assertThat(programs.run(spec)).isEqualTo(Json.of("a b; echo $(id)\n--x"));
    }

    @Test
    void what_cannot_be_started_is_said_in_words() {
        assertThat(ProgramSpec.of("A", List.of(), directory).problem()).isPresent();
        assertThat(ProgramSpec.of("A", List.of("sh", "a\0b"), directory).problem())
                .isPresent();
        assertThat(ProgramSpec.of("A", List.of("sh"), directory.resolve("none")).problem())
                .isPresent();
        assertThat(ProgramSpec.of("A", List.of("sh"), directory)
                        .withEnv(Map.of("A=B", "c"))
                        .problem())
                .isPresent();
        assertThat(ProgramSpec.of("A", List.of("sh"), directory)
                        .withGrace(Duration.ofSeconds(-1))
                        .problem())
                .isPresent();
    }

    @Test
    void the_environment_holds_the_listed_variables_and_nothing_else() throws Exception {
        Set<String> allowed = new HashSet<>(Set.of("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "TEST_MARK"));
        String secret = System.getenv().keySet().stream()
                .filter(name -> !allowed.contains(name) && !name.startsWith("LC_") && !name.startsWith("ORCHESTRATOR_"))
                .findFirst()
                .orElseThrow();
        List<String> names = namesIn(programs.run(programs.command("env")));
        assertThat(names).doesNotContain(secret);
        assertThat(names)
                .filteredOn(name -> !name.startsWith("LC_") && !allowed.contains(name))
                .containsExactlyInAnyOrder(
                        "ORCHESTRATOR_TASK_ID",
                        "ORCHESTRATOR_RUN_ID",
                        "ORCHESTRATOR_PHASE",
                        "ORCHESTRATOR_TARGET",
                        "ORCHESTRATOR_ATTEMPT",
                        "ORCHESTRATOR_EPOCH",
                        "ORCHESTRATOR_DEADLINE",
                        "ORCHESTRATOR_ATTEMPT_ID",
                        "ORCHESTRATOR_WORKER_ID",
                        "ORCHESTRATOR_WORKER_PID",
                        "ORCHESTRATOR_WORKER_STARTED",
                        "ORCHESTRATOR_WORKER_NAMESPACE");
        assertThat(namesIn(programs.run(programs.command("env").withPassEnv(List.of(secret)))))
                .contains(secret);
    }

    @Test
    void variables_of_the_task_and_of_the_worker_are_there_and_marks_cannot_be_overridden() throws Exception {
        ProgramHost host = new ProgramHost("w1", Map.of("ORCHESTRATOR_URL", "http://x"), ProcessTable.ofThisHost());
        ProgramSpec spec = programs.script("echo $ORCHESTRATOR_ATTEMPT $ORCHESTRATOR_EPOCH $ORCHESTRATOR_DEADLINE"
                        + " $ORCHESTRATOR_URL $ORCHESTRATOR_WORKER_ID $MINE")
                .withEnv(Map.of("ORCHESTRATOR_WORKER_ID", "forged", "MINE", "yes"));
        assertThat(new ProgramAgent(spec, host).execute(programs.context))
                .isEqualTo(Json.of("2 7 2030-01-02T03:04:05Z http://x w1 yes"));
        assertThatThrownBy(() -> new ProgramHost("w1", Map.of("PGPASSWORD", "x"), ProcessTable.ofThisHost()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_a_call_of_the_engine_throws_ends_the_tree_at_once_and_is_passed_on() {
        AttemptRevoked revoked = new AttemptRevoked("epoch 8 holds the task");
        programs.context.onCheckpoint = () -> {
            throw revoked;
        };
        ProgramSpec spec = programs.script("""
                trap 'echo asked > asked' TERM
                echo '{"type":"checkpoint","token":"t"}'
                while :; do sleep 0.05; done
                """).withGrace(Duration.ofSeconds(2));
        assertThatThrownBy(() -> programs.run(spec)).isSameAs(revoked);
        assertThat(programs.alive()).isEmpty();
        assertThat(directory.resolve("asked")).doesNotExist();
    }

    private static List<String> namesIn(Json output) {
        return output.asText().lines().map(line -> line.split("=", 2)[0]).toList();
    }
}
