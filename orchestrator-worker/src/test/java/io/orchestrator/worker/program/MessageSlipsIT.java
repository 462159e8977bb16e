package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MessageSlipsIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    Programs programs;

    @BeforeEach
    void prepare() {
        programs = new Programs(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"error\",\"error\":\"boom\"}",
                "{\"type\":\"error\",\"message\":{\"code\":429}}",
                "{\"type\":\"error\",\"message\":\"boom\",\"details\":{\"a\":1,\"a\":2}}",
                "\uFEFF{\"type\":\"error\",\"message\":\"boom\",\"retryable\":false}",
                "{\"type\":\"error\",\"message\":\"boom\",\"retryable\":\"false\"}",
                "{\"type\":\"error\",\"message\":\"boom\",\"retryAfterMs\":1e30}",
                "{\"type\":\"usage\",\"tokens\":1.5}",
                "{\"type\":\"usage\",\"costUsd\":1e90}",
                "{\"type\":\"usage\",\"costUsd\":NaN}",
                "{\"type\":\"result\",\"output\":{",
                "{\"type\":\"result\",\"output\":NaN}",
                "{\"type\":\"result\",\"output\":1,\"output\":2}",
                "{\"type\":\"result\",\"result\":\"text\"}",
                "{\"type\":\"child\",\"key\":\"k\"}",
                "{'type': 'result', 'output': 1}"
            })
    void no_program_completes_by_a_slip(String line) throws Exception {
        programs.file("line.txt", line + "\n");
        assertThatThrownBy(() -> programs.run("cat line.txt; exit 0")).isInstanceOf(AgentFailure.class);
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_slip_in_usage_ends_the_program_in_its_own_way_and_all_else_that_it_spent_is_booked() {
        ProgramSpec spec = programs.script("""
                trap 'echo "{\\"type\\":\\"usage\\",\\"tokens\\":9}"
                      echo "{\\"type\\":\\"checkpoint\\",\\"token\\":\\"saved\\"}"; exit 0' TERM
                echo '{"type":"usage","tokens":5}'
                echo '{"type":"usage","tokens":"a few"}'
                while :; do sleep 0.05; done
                """).withGrace(Duration.ofMinutes(1));
        assertThatThrownBy(() -> programs.run(spec))
                .isInstanceOfSatisfying(
                        AgentFailure.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("field 'tokens' must be a whole number from 0 to 1000000000000")
                .hasMessageContaining("a few");
        assertThat(programs.context.calls).containsExactly("usage 5 0 0", "usage 9 0 0", "checkpoint saved null");
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void a_program_that_does_not_listen_is_killed_for_a_slip_in_usage_after_its_grace() {
        ProgramSpec spec = programs.script("""
                trap '' TERM
                echo '{"type":"usage","tokens":"a few"}'
                while :; do sleep 1000; done
                """).withGrace(Duration.ofMillis(200));
        assertThatThrownBy(() -> programs.run(spec))
                .isInstanceOf(AgentFailure.class)
                .hasMessageContaining("a few");
        assertThat(programs.alive()).isEmpty();
    }

    /** The byte beyond the limit is written together with what follows it, so that no kill can come in between. */
    @Test
    void what_follows_a_line_that_is_too_long_still_tells_of_money() throws Exception {
        String tooLong = "x".repeat(ProgramOutput.MAX_LINE_BYTES + 1);
        programs.file("lines.txt", tooLong + "\n{\"type\":\"usage\",\"tokens\":5}\n");
        assertThatThrownBy(() -> programs.run("cat lines.txt")).hasMessageContaining("more than 8 MiB");
        assertThat(programs.context.calls).containsExactly("usage 5 0 0");
    }

    @Test
    void messages_on_one_line_are_each_read() throws Exception {
        assertThat(programs.run("""
                        printf '{"type":"usage","tokens":5}'
                        printf '{"type":"heartbeat"} {"type":"result","output":7}\\n'
                        """)).isEqualTo(Json.of(7));
        assertThat(programs.context.calls).containsExactly("usage 5 0 0", "heartbeat 0.0 ");
        assertThatThrownBy(() -> programs.run("""
                        echo '{"type":"log","message":"on it"}{"type":"error","message":"boom","retryable":false}'
                        """))
                .isInstanceOf(AgentFailure.class)
                .hasMessage("boom");
    }

    @Test
    void a_byte_order_mark_before_a_result_is_skipped() throws Exception {
        programs.file("line.txt", "\uFEFF{\"type\":\"result\",\"output\":{\"ok\":\"mark\"}}\n");
        assertThat(programs.run("cat line.txt")).isEqualTo(Json.object("ok", "mark"));
    }
}
