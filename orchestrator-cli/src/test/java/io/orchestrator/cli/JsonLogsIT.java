package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What services log as JSON, and what they never log. */
@Tag("slow")
class JsonLogsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String REDIS_PASSWORD = "canary-of-redis";
    private static final String API_KEY = "sk-canary-of-an-api-key";

    private final TemporaryStack servers = TemporaryStack.open();
    private final String databasePassword =
            DatabaseUrl.parse(servers.databaseUrl()).password().orElseThrow();
    private final URI redis = URI.create(servers.redisUrl());
    private final Map<String, String> environment = Map.of(
            "DATABASE_URL",
            servers.databaseUrl(),
            "REDIS_URL",
            "redis://canary:" + REDIS_PASSWORD + "@" + redis.getHost() + ":" + redis.getPort(),
            "LOG_FORMAT",
            "json",
            "OPENAI_API_KEY",
            API_KEY);
    private final TestCaller caller = new TestCaller(environment);

    @BeforeEach
    void prepare() throws IOException {
        caller.write("plan.json", Plans.sequential("Failing"));
        caller.write("agents.json", Plans.agents("Failing", "echo it will fail; exit 3"));
        try (Socket socket = new Socket(redis.getHost(), redis.getPort());
                InputStream answer = socket.getInputStream()) {
            String commands = "AUTH " + redis.getUserInfo().substring(1) + "\r\nACL SETUSER canary on >"
                    + REDIS_PASSWORD + " ~* &* +@all\r\n";
            socket.getOutputStream().write(commands.getBytes(StandardCharsets.UTF_8));
            assertThat(new String(answer.readNBytes(8), StandardCharsets.UTF_8)).isEqualTo("+OK\r\n+OK");
        }
        assertThat(caller.call("migrate")).as(caller.err()).isZero();
    }

    @AfterEach
    void stop() {
        caller.close();
        servers.close();
    }

    private List<Json> lines(OtherProcess service) {
        return service.err().lines().map(Json::parse).toList();
    }

    @Test
    void a_line_is_an_object_that_says_when_what_and_for_which_task_and_nowhere_is_a_secret() {
        try (OtherProcess all = OtherProcess.start(
                caller.directory(),
                environment,
                "all",
                "-v",
                "--log-level",
                "trace",
                "-o",
                "json",
                "--port",
                "0",
                "--agents",
                "agents.json")) {
            await().atMost(PATIENCE).until(() -> !all.out().isEmpty() || !all.isAlive());
            assertThat(caller.call("submit", "plan.json", "--agents", "agents.json", "-o", "json"))
                    .as(caller.err())
                    .isZero();
            String run = Json.parse(caller.out()).text("runId").orElseThrow();
            await().atMost(PATIENCE).until(() -> all.err().contains("\"run\":\"" + run));
            await().atMost(PATIENCE).until(() -> all.err().contains("agent Failing failed"));
            servers.killRedis();
            await().atMost(PATIENCE).until(() -> all.err().contains("Redis"));
            all.signal("TERM");
            assertThat(all.end()).isZero();

            assertThat(lines(all))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line.fields())
                            .containsKeys("timestamp", "level", "logger", "thread", "message"));
            assertThat(lines(all)).anySatisfy(line -> {
                assertThat(line.text("run")).contains(run);
                assertThat(line.fields()).containsKeys("task", "attempt");
                assertThat(line.text("message").orElseThrow()).contains("it will fail");
            });
            assertThat(all.out() + all.err()).doesNotContain(databasePassword, REDIS_PASSWORD, API_KEY);
        }
    }

    @Test
    void waiting_for_postgres_is_a_json_line_too_and_names_no_password() throws Exception {
        try (OtherProcess away = OtherProcess.start(
                caller.directory(),
                Map.of(
                        "DATABASE_URL",
                        "postgresql://somebody:" + databasePassword + "@127.0.0.1:1/nowhere",
                        "REDIS_URL",
                        environment.get("REDIS_URL")),
                "scheduler",
                "--log-format",
                "json",
                "--log-level",
                "trace")) {
            await().atMost(Duration.ofMinutes(1)).until(() -> away.err().contains("cannot use Postgres"));
            away.signal("TERM");
            assertThat(away.end()).isZero();
            assertThat(lines(away)).anySatisfy(line -> {
                assertThat(line.text("level")).contains("WARN");
                assertThat(line.text("message").orElseThrow())
                        .contains("cannot use Postgres", "Trying again for 5 minutes");
            });
            assertThat(away.out() + away.err()).doesNotContain(databasePassword, REDIS_PASSWORD);
        }
    }

    @Test
    void another_format_is_refused_with_those_there_are() {
        TestCaller other = new TestCaller(Map.of("LOG_FORMAT", "xml"));
        assertThat(other.call("scheduler")).isEqualTo(2);
        assertThat(other.err()).contains("LOG_FORMAT should be text or json, found 'xml'");
        other.close();
    }
}
