package io.orchestrator.server;

import static io.orchestrator.server.HttpCaller.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.embedded.StopMode;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.scheduler.Scheduler;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PostgresAwayIT {
    private static final Json REQUEST =
            Json.parse("{\"plan\": {\"phase\": \"A\", \"agents\": [\"X\"]}, \"ctx\": {\"run_id\": \"run-1\"}}");

    @Test
    void a_client_is_told_to_come_back_and_its_repeated_request_makes_one_run() {
        try (TemporaryStack stack = TemporaryStack.open()) {
            DatabaseUrl url = DatabaseUrl.parse(stack.databaseUrl());
            new Migrator(url).migrate();
            Ids ids = new Ids(new SystemClock(), new SecureRandom());
            try (PostgresStore store = PostgresStore.open(url, "away-test", 2, ids);
                    OpsServer server = server(store)) {
                server.start();
                HttpCaller http = new HttpCaller(server.url());
                assertThat(http.post("/schedule", REQUEST).statusCode()).isEqualTo(201);

                stack.killPostgres(StopMode.KILL);
                var away = http.post("/schedule", REQUEST);
                assertThat(away.statusCode()).isEqualTo(503);
                assertThat(code(away)).isEqualTo("store_unavailable");
                assertThat(away.headers().firstValue("Retry-After")).isPresent();
                assertThat(http.get("/livez").statusCode()).isEqualTo(200);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> http.get("/readyz").statusCode() == 503);

                stack.restartPostgres();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> http.get("/readyz").statusCode() == 200);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> http.post("/schedule", REQUEST).statusCode() == 200);
                assertThat(store.runs().list(10)).hasSize(1);
                http.close();
            }
        }
    }

    private static OpsServer server(PostgresStore store) {
        SystemTicks ticks = new SystemTicks();
        Check postgres = Check.required(
                "postgres", () -> store.answers() ? Optional.empty() : Optional.of("Postgres does not answer"));
        Announcer announcer = new Announcer(new InMemoryTaskQueue(new SystemClock()), new InMemoryHints());
        return new OpsServer(
                ServerSettings.onLoopback(0),
                new Readiness(List.of(postgres), ticks),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                Status.of("server", "test", ticks, () -> Json.EMPTY_OBJECT),
                List.of(new ScheduleApi(new Scheduler(store.runs(), announcer))));
    }
}
