package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProgramProtocolIT {
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
    void messages_reach_the_engine_in_their_order_and_the_result_is_the_output() throws Exception {
        Json output = programs.run("""
                echo '{"type":"heartbeat","progress":0.5,"message":"half"}'
                echo '{"type":"heartbeat","message":"still here"}'
                echo '{"type":"usage","tokens":12,"costUsd":0.25,"toolMs":3}'
                echo '{"type":"usage","tokens":7.0}'
                echo '{"type":"checkpoint","token":"step-1","data":{"at":1}}'
                echo '{"type":"log","message":"hello"}'
                echo 'just text'
                echo '{"type":"result","output":{"files":["a","b"]}}'
                """);
        assertThat(output).isEqualTo(Json.object("files", List.of("a", "b")));
        assertThat(programs.context.calls)
                .containsExactly(
                        "heartbeat 0.5 half",
                        "heartbeat 0.5 still here",
                        "usage 12 0.25 3",
                        "usage 7 0 0",
                        "checkpoint step-1 {\"at\":1}");
        assertThat(programs.context.logs).containsExactly("hello", "just text");
    }

    @Test
    void a_program_submits_children_and_waits_and_finds_their_results_at_its_next_start() throws Exception {
        String script = """
                case $(head -n 1) in
                *'"children":[]'*)
                    echo '{"type":"child","key":"one","agent":"Reader","input":{"page":1}}'
                    echo '{"type":"child","key":"two","tool":"Search"}'
                    echo '{"type":"await_children"}'
                    echo '{"type":"result","output":"too late"}';;
                *'"key":"one"'*'"state":"completed"'*'"output":"text"'*) echo '{"type":"result","output":"read"}';;
                esac
                """;
        assertThatThrownBy(() -> programs.run(script)).isInstanceOf(AwaitingChildren.class);
        assertThat(programs.context.calls)
                .containsExactly("child one agent Reader {\"page\":1}", "child two tool Search {}");
        programs.context.childResults = List.of(
                new ChildResult("one", "task-1.1", "completed", true, Optional.of(Json.of("text")), Optional.empty()));
        assertThat(programs.run(script)).isEqualTo(Json.of("read"));
    }

    @Test
    void a_program_that_only_prints_has_its_text_as_output() throws Exception {
        Json output = programs.run("echo one; echo; echo '{\"no\":\"type\"}'; echo '[1]'; printf last");
        assertThat(output).isEqualTo(Json.of("one\n\n{\"no\":\"type\"}\n[1]\nlast"));
        assertThat(programs.run("true")).isEqualTo(Json.of(""));
    }

    @Test
    void text_beyond_a_mebibyte_is_cut_with_a_mark() throws Exception {
        String text = programs.run("head -c 3000000 /dev/zero | tr '\\0' x | fold -w 1000")
                .asText();
        assertThat(text)
                .hasSizeBetween(1024 * 1024, 1024 * 1024 + 100)
                .endsWith("(truncated: more than 1024 KiB of text)");
    }

    @Test
    void a_sign_of_life_with_a_wrong_field_is_text_and_log_and_events_say_why() throws Exception {
        String line = "{\"type\":\"heartbeat\",\"progress\":\"half\"}";
        assertThat(programs.run("echo '" + line + "'")).isEqualTo(Json.of(line));
        assertThat(programs.context.calls).isEmpty();
        String reason = "field 'progress' must be a number from 0 to 1, found the string \"half\"";
        assertThat(programs.context.slips).containsExactly("heartbeat: " + reason);
        assertThat(programs.context.logs)
                .containsExactly("a message of type 'heartbeat', as it seems, has a slip in it: " + reason, line);
    }

    @Test
    void nothing_but_log_lines_counts_after_the_result() throws Exception {
        Json output = programs.run("""
                echo '{"type":"result","output":1}'
                echo '{"type":"checkpoint","token":"late"}'
                echo '{"type":"result","output":2}'
                echo '{"type":"error","message":"late"}'
                echo '{"type":"log","message":"bye"}'
                """);
        assertThat(output).isEqualTo(Json.of(1));
        assertThat(programs.context.calls).isEmpty();
        assertThat(programs.context.logs)
                .containsExactly(
                        "ignored a message of type 'checkpoint' after the result",
                        "ignored a message of type 'result' after the result",
                        "ignored a message of type 'error' after the result",
                        "bye");
    }

    @Test
    void the_task_comes_as_one_line_on_stdin_which_then_ends() throws Exception {
        programs.context.resume = Optional.of(new Checkpoint(3, "step-2", Json.object("at", 2)));
        Json document = Json.parse(programs.run("cat").asText());
        assertThat(document).isEqualTo(Json.parse("""
                        {"task":{"id":"%s","runId":"run-1","phase":"INTAKE","type":"agent","target":"Lister",
                                 "attempt":2,"epoch":7,"deadline":"2030-01-02T03:04:05Z"},
                         "input":{"path":"."},"upstream":{},
                         "checkpoint":{"token":"step-2","data":{"at":2}},"budget":{"tokens":1000},"children":[]}
                        """.formatted(programs.context.taskId)));
        assertThat(programs.run("read -r line; printf '%s' \"$line\" | wc -l | tr -d ' '"))
                .isEqualTo(Json.of("0"));
    }

    @Test
    void a_large_task_reaches_a_program_that_reads_late_and_one_that_does_not_read_fails_nothing() throws Exception {
        programs.context.input = Json.object("text", "x".repeat(2_000_000));
        assertThat(programs.run("printf '%0200000d\\n' 0 >&2; wc -c | tr -d ' '")
                        .asText())
                .satisfies(count -> assertThat(Long.parseLong(count)).isGreaterThan(2_000_000));
        assertThat(programs.run("exec 0<&-; echo done")).isEqualTo(Json.of("done"));
    }

    @Test
    void a_line_of_ten_megabytes_fails_the_attempt_for_good_and_ends_the_program() {
        assertThatThrownBy(() -> programs.run("head -c 10000000 /dev/zero | tr '\\0' x; sleep 1000"))
                .isInstanceOfSatisfying(
                        AgentFailure.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("agent 'Lister' wrote a line of more than 8 MiB");
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void an_endless_line_fails_the_attempt_as_well() {
        assertThatThrownBy(() -> programs.run("cat /dev/zero")).hasMessageContaining("more than 8 MiB");
        assertThat(programs.alive()).isEmpty();
    }

    @Test
    void binary_garbage_is_text_without_nul_characters() throws Exception {
        String text = programs.run("head -c 300000 /dev/urandom; printf 'a\\000b\\377c\\n'; echo end")
                .asText();
        assertThat(text).endsWith("a\uFFFDb\uFFFDc\nend").doesNotContain("\0");
        assertThat(String.join("", programs.context.logs)).doesNotContain("\0");
    }

    @Test
    void nul_escapes_inside_messages_are_replaced() throws Exception {
        programs.file(
                "out.txt",
                "{\"type\":\"result\",\"output\":{\"k\\u0000\":[\"a\\u0000b\",\"\\ud800\",\"\\ud83d\\ude00\"]}}\n");
        assertThat(programs.run("cat out.txt"))
                .isEqualTo(Json.object("k\uFFFD", List.of("a\uFFFDb", "\uFFFD", "\uD83D\uDE00")));
    }

    @Test
    void what_is_no_message_is_kept_with_the_stream_it_came_from_and_messages_with_their_level() throws Exception {
        programs.run("""
                echo 'plain'
                echo '{"type":"log","level":"warn","message":"careful"}'
                echo '{"type":"log","level":"FATAL","message":"the end"}'
                echo '{"type":"log","level":7,"message":"no level"}'
                """);
        programs.run("echo oops >&2; echo; echo >&2");
        assertThat(programs.context.said)
                .containsSubsequence("stdout plain", "warn careful", "error the end", "info no level")
                .contains("stderr oops", "stdout ", "stderr ");
    }

    @Test
    void with_control_the_wrap_up_notice_comes_as_a_line_on_stdin() throws IOException {
        Programs.Attempt attempt = programs.start(programs.script("""
                read -r task
                echo waiting
                read -r notice
                printf '{"type":"result","output":%s}\\n' "$notice"
                cat >/dev/null
                """).withControl(true));
        programs.awaitLog("waiting");
        programs.context.wrapUp = Optional.of(new WrapUp(
                Instant.parse("2030-01-02T03:04:05Z"),
                Duration.ofSeconds(90),
                OptionalLong.of(500),
                Optional.of(new BigDecimal("1.25"))));
        await().atMost(Programs.PATIENCE).until(attempt.outcome()::isDone);
        assertThat(attempt.outcome().resultNow())
                .isEqualTo(
                        Json.parse("{\"type\":\"wrapUp\",\"deadline\":\"2030-01-02T03:04:05Z\",\"remainingMs\":90000,"
                                + "\"tokensLeft\":500,\"usdLeft\":1.25}"));
    }
}
