package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What agents printed and logged, asked for while they run, afterwards, and after their worker was killed. */
class LogsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TALKER = """
            echo "out $ORCHESTRATOR_ATTEMPT"
            echo "err $ORCHESTRATOR_ATTEMPT" >&2
            echo '{"type":"log","level":"warn","message":"careful"}'
            printf 'colour \\033[31mred\\033[0m and \\007 bell\\n'
            [ "$ORCHESTRATOR_ATTEMPT" = 1 ] && exit 3
            echo '{"type":"result","output":1}'
            """;
    private static final String WAITER = """
            echo 'before the kill'
            echo 'on stderr' >&2
            touch ../said
            while ! [ -e ../go ]; do sleep 0.05; done
            """;

    private final TestCaller caller = new TestCaller(Map.of());
    private final String data = caller.directory().resolve("data").toString();

    @AfterEach
    void removeFiles() {
        caller.close();
    }

    private int call(String... args) {
        return caller.call(
                Stream.concat(Stream.of(args), Stream.of("--data-dir", data)).toArray(String[]::new));
    }

    private List<String> lines() {
        return caller.out().lines().toList();
    }

    /** Without the time. */
    private List<String> said() {
        return lines().stream()
                .map(line -> line.substring(line.indexOf("  ") + 2))
                .toList();
    }

    private OtherProcess start(String... args) {
        return OtherProcess.start(
                caller.directory(),
                Map.of(),
                Stream.concat(Stream.of(args), Stream.of("--data-dir", data)).toArray(String[]::new));
    }

    @Test
    void a_finished_run_shows_what_its_agents_said_by_task_attempt_and_stream() {
        caller.write("plan/plan.json", Plans.sequential("Talker", "Silent"));
        caller.write("plan/agents.json", Plans.agents("Talker", TALKER, "Silent", "true"));
        try (Stack shared = TestStacks.open(data)) {
            assertThat(shared.isEmbedded()).isTrue();
            assertThat(call("run", "plan/plan.json", "-o", "json"))
                    .as(caller.err())
                    .isZero();
            Json run = Json.parse(caller.out());
            String runId = run.text("runId").orElseThrow();

            assertThat(call("logs", runId)).isZero();
            assertThat(lines())
                    .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z  .*"));
            assertThat(said())
                    .contains(
                            "WORK/Talker #1  stdout  out 1",
                            "WORK/Talker #1  stderr  err 1",
                            "WORK/Talker #1  warn    careful",
                            "WORK/Talker #2  stdout  out 2",
                            "WORK/Talker #2  stdout  colour red and   bell")
                    .noneMatch(line -> line.contains("Silent") || line.contains("\"type\""));

            assertThat(call("logs", runId, "--attempt", "2", "--stream", "stderr"))
                    .isZero();
            assertThat(said()).containsExactly("WORK/Talker #2  stderr  err 2");

            assertThat(call("logs", runId, "WORK/Talker", "--stream", "stdout", "--tail", "1"))
                    .isZero();
            assertThat(said()).containsExactly("WORK/Talker #2  stdout  colour red and   bell");

            assertThat(call("logs", runId, "--follow", "--stream", "log", "-o", "json"))
                    .isZero();
            assertThat(lines()).hasSize(2);
            Json line = Json.parse(lines().getFirst());
            assertThat(line.text("text")).contains("careful");
            assertThat(line.text("level")).contains("warn");
            assertThat(line.text("phase")).contains("WORK");
            String taskId = line.text("taskId").orElseThrow();

            assertThat(call("logs", taskId, "--attempt", "1", "--stream", "stdout,stderr"))
                    .isZero();
            assertThat(said())
                    .contains("Talker #1  stdout  out 1", "Talker #1  stderr  err 1")
                    .hasSize(3);

            assertThat(call("logs", runId, "Silent")).isZero();
            assertThat(caller.out()).isEmpty();
            assertThat(caller.err()).contains("nothing is kept");

            assertThat(call("logs", runId, "Nobody")).isEqualTo(2);
            assertThat(caller.err()).contains("has no task 'Nobody'", "orchestrator tasks " + runId);
            assertThat(call("logs", "run-none")).isEqualTo(2);
            assertThat(caller.err()).contains("there is no run 'run-none' here");
        }
    }

    @Test
    void who_follows_sees_lines_while_the_agent_runs_and_they_are_there_after_its_worker_was_killed() {
        caller.write("plan/plan.json", Plans.sequential("Waiter"));
        caller.write("plan/agents.json", Plans.agents("Waiter", WAITER));
        String runId;
        try (Stack shared = TestStacks.open(data)) {
            assertThat(shared.isEmbedded()).isTrue();
            try (OtherProcess worker = start("run", "plan/plan.json")) {
                await().atMost(PATIENCE).until(() -> worker.err().contains("run run-") || !worker.isAlive());
                runId = worker.err()
                        .lines()
                        .filter(line -> line.startsWith("run run-"))
                        .map(line -> line.split(" ")[1])
                        .findFirst()
                        .orElseThrow();
                try (OtherProcess follower = start("logs", runId, "--follow")) {
                    await().atMost(PATIENCE)
                            .until(() -> follower.out().contains("WORK/Waiter #1  stdout  before the kill")
                                    && follower.out().contains("WORK/Waiter #1  stderr  on stderr"));
                    worker.kill();
                    caller.write("go", "");
                    try (OtherProcess second = start("watch", runId)) {
                        assertThat(second.end()).as(second.err()).isZero();
                    }
                    assertThat(follower.end()).as(follower.err()).isZero();
                    assertThat(follower.out().lines().filter(line -> line.contains("before the kill")))
                            .as("once for each claim, none twice")
                            .hasSize(2);
                }
            }
            assertThat(call("logs", runId)).isZero();
            assertThat(said()).contains("WORK/Waiter #1  stdout  before the kill", "WORK/Waiter #1  stderr  on stderr");
        }
    }
}
