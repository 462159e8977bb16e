package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.embedded.StopMode;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.testing.servers.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The services as processes of their own, on Postgres and Redis that are not theirs. */
@Tag("slow")
class RemoteServersIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TemporaryStack servers = TemporaryStack.open();
    private final Map<String, String> urls =
            Map.of("DATABASE_URL", servers.databaseUrl(), "REDIS_URL", servers.redisUrl());
    private final TestCaller caller = new TestCaller(urls);

    @BeforeEach
    void writePlan() {
        caller.write("plan.json", Plans.sequential("Greeter"));
        caller.write("agents.json", Plans.agents("Greeter", "echo hello"));
    }

    @AfterEach
    void stop() {
        caller.close();
        servers.close();
    }

    @Test
    void a_service_refuses_an_old_schema_and_migrate_mends_it() {
        assertThat(caller.call("worker")).isEqualTo(2);
        assertThat(caller.err())
                .contains("is not up to date", "orchestrator migrate")
                .doesNotContain("\tat ");

        assertThat(caller.call("migrate", "-o", "json")).isZero();
        assertThat(Json.parse(caller.out()).get("applied").orElseThrow().asLong())
                .isPositive();
        assertThat(caller.call("migrate", "-o", "json")).isZero();
        assertThat(Json.parse(caller.out())).isEqualTo(Json.object("applied", 0));
        assertThat(caller.call("status")).isZero();
    }

    @Test
    void migrating_needs_no_redis() {
        try (TestCaller alone = new TestCaller(Map.of("DATABASE_URL", servers.databaseUrl()))) {
            assertThat(alone.call("migrate")).as(alone.err()).isZero();
            assertThat(alone.out()).contains("migrations applied");
            assertThat(alone.call("status")).isEqualTo(2);
            assertThat(alone.err()).contains("DATABASE_URL is set and REDIS_URL is not");
        }
    }

    @Test
    void status_tells_when_redis_is_away() {
        caller.call("migrate");
        assertThat(caller.call("status")).isZero();
        assertThat(caller.out()).contains("workers alive: 0, Redis: ok");
        servers.killRedis();
        assertThat(caller.call("status")).isZero();
        assertThat(caller.out()).contains("Redis: away");
        assertThat(caller.call("status", "-o", "json")).isZero();
        assertThat(Json.parse(caller.out()).text("redis").orElseThrow()).startsWith("away");
    }

    @Test
    void run_needs_nobody_else() {
        assertThat(caller.call("run", "plan.json")).isZero();
        assertThat(caller.out()).contains("hello");
    }

    @Test
    void services_apart_run_what_is_submitted_and_answer_over_http() throws Exception {
        caller.call("migrate");
        try (OtherProcess scheduler = service("scheduler", "-o", "json");
                OtherProcess timer = service("timer", "-o", "json");
                OtherProcess worker = service("worker", "-o", "json", "--agents", "agents.json");
                OtherProcess server = service("server", "-o", "json", "--port", "0")) {
            for (OtherProcess service : new OtherProcess[] {scheduler, timer, worker, server}) {
                assertAnswers(service);
            }
            assertThat(caller.call("submit", "plan.json", "-o", "json")).isZero();
            String run = Json.parse(caller.out()).text("runId").orElseThrow();

            assertThat(caller.call("watch", run)).isZero();
            assertThat(caller.out()).contains("hello");
            assertThat(get(url(server) + "/runs/" + run)).isEqualTo(200);
            assertThat(schedule(url(server))).isEqualTo(201);
            assertThat(schedule(url(server))).as("the same once more").isEqualTo(200);
            for (OtherProcess service : new OtherProcess[] {server, worker, timer, scheduler}) {
                service.signal("TERM");
                assertThat(service.end()).as(service.err()).isZero();
            }
        }
    }

    private static void assertAnswers(OtherProcess service) throws Exception {
        assertThat(get(url(service) + "/livez")).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> get(url(service) + "/readyz") == 200);
        assertThat(get(url(service) + "/metrics")).isEqualTo(200);
    }

    @Test
    void one_process_has_them_all_and_runs_what_is_scheduled_over_http() throws Exception {
        caller.call("migrate");
        try (OtherProcess all = service("all", "-o", "json", "--port", "0", "--agents", "agents.json")) {
            assertAnswers(all);
            HttpResponse<String> scheduled = post(url(all) + "/schedule");
            assertThat(scheduled.statusCode()).as(scheduled.body()).isEqualTo(201);
            String run = Json.parse(scheduled.body()).text("runId").orElseThrow();
            assertThat(caller.call("watch", run)).isZero();
            assertThat(caller.out()).contains("hello");
        }
    }

    private static int schedule(String url) throws IOException, InterruptedException {
        return post(url + "/schedule").statusCode();
    }

    /** Plan and context as in the guide. */
    private static HttpResponse<String> post(String url) throws IOException, InterruptedException {
        String body = """
                {"plan": {"phase": "INTAKE", "parallelism": "sequential", "agents": ["Greeter"], "timebox": "PT1H"},
                 "ctx": {"run_id": "run-abc", "phase_id": "phase-xyz", "phase": "INTAKE",
                         "inputs": {"idea": "Build a distributed task queue"}, "timebox": "PT1H"}}
                """;
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void the_health_of_a_service_tells_which_server_is_away() throws Exception {
        caller.call("migrate");
        try (OtherProcess worker = service("worker", "-o", "json", "--agents", "agents.json")) {
            assertAnswers(worker);
            servers.killRedis();
            await().atMost(PATIENCE).until(() -> body(url(worker) + "/readyz").contains("\"redis\":\"degraded"));
            assertThat(get(url(worker) + "/readyz")).isEqualTo(200);
            assertThat(body(url(worker) + "/status")).contains("\"redis\":\"degraded");
            servers.killPostgres(StopMode.KILL);
            await().atMost(PATIENCE).until(() -> body(url(worker) + "/readyz").contains("\"postgres\":\"away"));
            assertThat(get(url(worker) + "/readyz")).isEqualTo(503);
            assertThat(get(url(worker) + "/livez")).isEqualTo(200);
            servers.restartPostgres();
            servers.restartRedis();
            await().atMost(PATIENCE).until(() -> body(url(worker) + "/readyz").contains("\"redis\":\"ok\""));
            // The two answers are a second old at most, each by itself: Redis may be seen back before Postgres.
            await().atMost(PATIENCE).until(() -> get(url(worker) + "/readyz") == 200);
        }
    }

    @Test
    void a_scheduler_ends_a_run_whose_rows_were_deleted_and_tells_what_is_set_aside() throws Exception {
        caller.call("migrate");
        assertThat(caller.call("submit", "plan.json", "-o", "json")).isZero();
        String run = Json.parse(caller.out()).text("runId").orElseThrow();
        DatabaseUrl database = DatabaseUrl.parse(servers.databaseUrl());
        TestServers.execute(database, "DELETE FROM live_tasks");
        TestServers.execute(
                database,
                "INSERT INTO timers (kind, action, fire_at, failures, error, set_aside_at)"
                        + " VALUES ('custom', 'report', clock_timestamp(), 10, 'boom', clock_timestamp())");
        try (OtherProcess scheduler = service("scheduler", "-o", "json")) {
            assertAnswers(scheduler);
            await().atMost(PATIENCE)
                    .until(() -> body(url(scheduler) + "/readyz").contains("\"set-aside\":\"degraded: 1 set aside"));
            assertThat(get(url(scheduler) + "/readyz")).isEqualTo(200);
            assertThat(body(url(scheduler) + "/metrics")).contains("orchestrator_set_aside{kind=\"timer\"} 1.0");
            await().atMost(PATIENCE)
                    .until(() -> caller.call("status", run) == 0 && caller.out().contains("failed"));
            assertThat(caller.out()).contains("its rows contradict each other");
        }
    }

    private static String body(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void a_worker_does_not_run_programs_that_others_submitted_unless_told_to() {
        caller.call("migrate");
        caller.call("submit", "plan.json", "-o", "json");
        String run = Json.parse(caller.out()).text("runId").orElseThrow();
        try (OtherProcess careful = service("all", "--port", "0")) {
            await().atMost(PATIENCE).until(() -> careful.err().contains("knows no agent 'Greeter'"));
        }
        try (OtherProcess trusting = service("all", "--port", "0", "--allow-submitted-programs")) {
            assertThat(caller.call("watch", run)).as(trusting.err()).isZero();
        }
    }

    private OtherProcess service(String... args) {
        return OtherProcess.start(caller.directory(), urls, args);
    }

    private static String url(OtherProcess service) {
        await().atMost(PATIENCE).until(() -> !service.out().isEmpty() || !service.isAlive());
        return Json.parse(service.out()).text("url").orElseThrow();
    }

    private static int get(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
