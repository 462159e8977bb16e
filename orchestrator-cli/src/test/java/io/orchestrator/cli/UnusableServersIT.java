package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that answer and cannot be used as they are set up: each command says what it is, and exits 3. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnusableServersIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PASSWORD = "hunter2";
    private static final List<List<String>> COMMANDS = List.of(
            List.of("run", "plan.json"),
            List.of("submit", "plan.json"),
            List.of("status"),
            List.of("status", "run-x"),
            List.of("watch", "run-x"),
            List.of("tasks", "run-x"),
            List.of("events", "run-x"),
            List.of("cancel", "run-x"),
            List.of("retry", "run-x"),
            List.of("queue", "list"),
            List.of("schedule", "list"),
            List.of("verify"),
            List.of("migrate"),
            List.of("dev", "--port", "0"),
            List.of("all", "--port", "0"),
            List.of("scheduler"),
            List.of("worker"),
            List.of("timer"),
            List.of("server", "--port", "0"));

    private final TemporaryStack servers = TemporaryStack.open();
    private final DatabaseUrl owner = DatabaseUrl.parse(servers.databaseUrl());

    @BeforeAll
    void prepare() {
        try (TestCaller caller = new TestCaller(environment(servers.databaseUrl(), servers.redisUrl()))) {
            assertThat(caller.call("migrate")).as(caller.err()).isZero();
        }
        execute("CREATE ROLE guest LOGIN PASSWORD '" + PASSWORD + "'");
        execute("CREATE ROLE service LOGIN PASSWORD '" + PASSWORD + "' IN ROLE orchestrator_runtime");
        redis("ACL SETUSER limited on >" + PASSWORD + " ~* &* +@all -xadd");
    }

    @AfterAll
    void stop() {
        servers.close();
    }

    private static Map<String, String> environment(String database, String redis) {
        return Map.of("DATABASE_URL", database, "REDIS_URL", redis, "PATH", System.getenv("PATH"));
    }

    private String database(String login, String rest) {
        return "postgresql://" + login + "@" + owner.host() + ":" + owner.port() + "/" + rest;
    }

    Stream<Arguments> databases() {
        String name = owner.database();
        return Stream.of(
                Arguments.of(
                        "a wrong password",
                        database("guest:wrong-" + PASSWORD, name),
                        "does not let this program in: FATAL: password authentication failed for user \"guest\""),
                Arguments.of("no password", database("guest", name), "does not let this program in: "),
                Arguments.of("an unknown user", database("nobody:" + PASSWORD, name), "does not let this program in: "),
                Arguments.of(
                        "no such database",
                        database("guest:" + PASSWORD, "nowhere"),
                        "Postgres has no such database: FATAL: database \"nowhere\" does not exist"),
                Arguments.of(
                        "TLS that is not there", database("guest:" + PASSWORD, name + "?sslmode=require"), "sslmode"),
                Arguments.of(
                        "a user without rights",
                        database("guest:" + PASSWORD, name),
                        "lacks a right: ERROR: permission denied for table flyway_schema_history"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("databases")
    void every_command_tells_what_is_wrong_with_postgres(String name, String database, String told) {
        try (TestCaller caller = caller(database, servers.redisUrl())) {
            for (List<String> command : COMMANDS) {
                int code = caller.call(command.toArray(String[]::new));

                assertThat(code).as("%s: %s", command, caller.err()).isEqualTo(3);
                assertThat(caller.err())
                        .as("%s", command)
                        .startsWith("orchestrator: cannot use Postgres at postgresql://")
                        .contains(told, "DATABASE_URL")
                        .hasLineCount(1)
                        .doesNotContain(PASSWORD, "fault of the program", "lost", "Exception");
            }
        }
    }

    Stream<Arguments> redises() {
        String place = servers.redisUrl().replaceFirst("redis://([^@/]*@)?", "");
        return Stream.of(
                Arguments.of("a wrong password", "redis://limited:wrong-" + PASSWORD + "@" + place, "WRONGPASS"),
                Arguments.of("a user who may not send", "redis://limited:" + PASSWORD + "@" + place, "NOPERM"),
                Arguments.of("TLS that is not there", "rediss://" + place, "do not agree on TLS"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("redises")
    void every_command_that_uses_it_tells_what_is_wrong_with_redis(String name, String redis, String told) {
        try (TestCaller caller = caller(servers.databaseUrl(), redis)) {
            for (List<String> command : COMMANDS) {
                if (Stream.of("migrate", "verify", "watch", "tasks", "events", "cancel")
                                .anyMatch(command.getFirst()::equals)
                        || command.getLast().equals("list")
                        || command.equals(List.of("status", "run-x"))
                        // That takes seconds to find out, and each of them finds it out in the same way.
                        || (redis.startsWith("rediss")
                                && Stream.of("run", "worker").noneMatch(command.getFirst()::equals))) {
                    continue;
                }
                int code = caller.call(command.toArray(String[]::new));

                assertThat(code).as("%s: %s", command, caller.err()).isEqualTo(3);
                assertThat(caller.err())
                        .as("%s", command)
                        .startsWith("orchestrator: cannot use Redis (REDIS_URL): ")
                        .contains(told)
                        .doesNotContain(PASSWORD, "fault of the program", "lost", "Exception");
            }
            assertThat(caller.call("verify")).as(caller.err()).isZero();
        }
    }

    @Test
    void a_number_of_partitions_that_others_do_not_use_is_refused_in_the_same_way() {
        redis("SET {tasks:0}:spread 7");
        try (TestCaller caller = caller(servers.databaseUrl(), servers.redisUrl())) {
            for (String command : List.of("scheduler", "worker", "timer", "server")) {
                assertThat(caller.call(command)).as(caller.err()).isEqualTo(3);
                assertThat(caller.err())
                        .startsWith("orchestrator: cannot use Redis (REDIS_URL): ")
                        .contains("with 7 partitions and by this process with 1", "QUEUE_PARTITIONS");
            }
        } finally {
            redis("DEL {tasks:0}:spread");
        }
    }

    @Test
    void a_redis_that_evicts_is_refused_in_the_same_way() {
        redis("CONFIG SET maxmemory 100mb");
        redis("CONFIG SET maxmemory-policy allkeys-lru");
        try (TestCaller caller = caller(servers.databaseUrl(), servers.redisUrl())) {
            assertThat(caller.call("worker")).isEqualTo(3);
            assertThat(caller.err())
                    .contains("maxmemory-policy is 'allkeys-lru'", "CONFIG SET maxmemory-policy noeviction");
        } finally {
            redis("CONFIG SET maxmemory-policy noeviction");
            redis("CONFIG SET maxmemory 0");
        }
    }

    @Test
    void names_that_others_have_taken_are_told_by_migrate() {
        execute("CREATE DATABASE shop");
        String shop = servers.databaseUrl().replaceFirst("/[^/?]+(\\?|$)", "/shop$1");
        execute(DatabaseUrl.parse(shop), "CREATE TABLE tasks (id int)");
        try (TestCaller caller = caller(shop, servers.redisUrl())) {
            assertThat(caller.call("migrate")).isEqualTo(3);
            assertThat(caller.err())
                    .contains("names that Orchestrator needs: tasks", "?currentSchema=orchestrator")
                    .doesNotContain("fault of the program");
        }
        try (TestCaller caller =
                caller(shop + (shop.contains("?") ? "&" : "?") + "currentSchema=own", servers.redisUrl())) {
            assertThat(caller.call("migrate")).as(caller.err()).isZero();
            assertThat(caller.call("status")).as(caller.err()).isZero();
            assertThat(caller.call("verify")).as(caller.err()).isZero();
        }
    }

    /** Nothing is lost meanwhile: it is an outage that a person has to end. */
    @Test
    void a_service_that_loses_its_rights_says_so_once_and_goes_on_when_it_has_them_back() throws Exception {
        Map<String, String> environment =
                environment(database("service:" + PASSWORD, owner.database()), servers.redisUrl());
        try (TestCaller caller = new TestCaller(Map.of());
                OtherProcess worker = OtherProcess.start(
                        caller.directory(), environment, "worker", "--host", "0.0.0.0", "-o", "json")) {
            await().atMost(PATIENCE).until(() -> !worker.out().isEmpty() || !worker.isAlive());
            String ready = Json.parse(worker.out())
                            .text("url")
                            .orElseThrow(() -> new AssertionError(worker.err()))
                            .replaceFirst("//[^:]*:", "//127.0.0.1:")
                    + "/readyz";
            await().atMost(PATIENCE).until(() -> answer(ready).statusCode() == 200);

            execute("REVOKE orchestrator_runtime FROM service");
            await().atMost(PATIENCE)
                    .until(() -> answer(ready).body().contains("refused: the user of DATABASE_URL lacks a right"));
            assertThat(answer(ready).statusCode()).isEqualTo(503);
            await().atMost(PATIENCE).until(() -> refusals(worker).count() >= 1);

            execute("GRANT orchestrator_runtime TO service");
            await().atMost(PATIENCE).until(() -> answer(ready).statusCode() == 200);
            assertThat(refusals(worker)).doesNotHaveDuplicates();
            worker.signal("TERM");
            assertThat(worker.end()).as(worker.err()).isZero();
        }
    }

    @Test
    void a_redis_that_is_full_is_told_in_health_and_once_in_the_log_until_it_has_room_again()
            throws IOException, InterruptedException {
        Map<String, String> environment = environment(servers.databaseUrl(), servers.redisUrl());
        try (TestCaller caller = caller(servers.databaseUrl(), servers.redisUrl());
                OtherProcess all =
                        OtherProcess.start(caller.directory(), environment, "all", "--port", "0", "-o", "json")) {
            await().atMost(PATIENCE).until(() -> all.out().contains("\"ready\""));
            String ready = Json.parse(all.out()).text("url").orElseThrow() + "/readyz";
            redis("CONFIG SET maxmemory 1");
            await().atMost(PATIENCE).until(() -> answer(ready).body().contains("its memory is full: OOM"));
            assertThat(answer(ready).statusCode()).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> all.err().contains("tasks are taken from Postgres"));

            redis("CONFIG SET maxmemory 0");
            await().atMost(PATIENCE).until(() -> all.err().contains("the queue can be used again"));
            await().atMost(PATIENCE).until(() -> answer(ready).body().contains("\"redis\":\"ok\""));
            assertThat(all.err().lines().filter(line -> line.contains("tasks are taken from Postgres")))
                    .hasSize(1);
            all.signal("TERM");
            assertThat(all.end()).as(all.err()).isZero();
        } finally {
            redis("CONFIG SET maxmemory 0");
        }
    }

    @Test
    void who_takes_work_in_from_other_machines_has_to_mean_it() {
        try (TestCaller caller = caller(servers.databaseUrl(), servers.redisUrl())) {
            assertThat(caller.call("server", "--host", "0.0.0.0", "--port", "0"))
                    .isEqualTo(2);
            assertThat(caller.err()).contains("--insecure-bind");
        }
    }

    @Test
    void the_port_for_probes_is_another_one() {
        for (String port : List.of("18080", "70000")) {
            try (TestCaller caller = caller(servers.databaseUrl(), servers.redisUrl())) {
                assertThat(caller.call("server", "--port", "18080", "--probe-port", port))
                        .isEqualTo(2);
                assertThat(caller.err()).contains("--probe-port " + port);
            }
        }
    }

    /** Without their time. */
    private static Stream<String> refusals(OtherProcess service) {
        return service.err()
                .lines()
                .filter(line -> line.contains("lacks a right"))
                .map(line -> line.substring(12));
    }

    private static HttpResponse<String> answer(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static TestCaller caller(String database, String redis) {
        TestCaller caller = new TestCaller(environment(database, redis));
        caller.write("plan.json", Plans.sequential("Greeter"));
        caller.write("agents.json", Plans.agents("Greeter", "echo hello"));
        return caller;
    }

    private void execute(String sql) {
        execute(owner, sql);
    }

    private static void execute(DatabaseUrl url, String sql) {
        try (Connection connection = DriverManager.getConnection(
                        url.jdbc(), url.user().orElseThrow(), url.password().orElse(""));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** One command in the form for people; an error of it fails the test. */
    private void redis(String command) {
        URI place = URI.create(servers.redisUrl());
        try (Socket socket = new Socket(place.getHost(), place.getPort())) {
            String login = place.getUserInfo() == null
                    ? ""
                    : "AUTH "
                            + place.getUserInfo().substring(place.getUserInfo().indexOf(':') + 1) + "\r\n";
            socket.getOutputStream().write((login + command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers).as(command).doesNotContain("-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
