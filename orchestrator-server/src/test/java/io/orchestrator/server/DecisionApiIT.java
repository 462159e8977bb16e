package io.orchestrator.server;

import static io.orchestrator.server.HttpCaller.code;
import static io.orchestrator.server.HttpCaller.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Submission;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** {@code POST /runs/{id}/phases/{phase}/decide} on a real Postgres. */
@TestInstance(Lifecycle.PER_CLASS)
class DecisionApiIT {
    private static final String PLAN = """
            {"name": "r", "phases": [{"phase": "P", "agents": ["A"], "rubrics": {"coverage_min": 0.9}, "onRubricMiss": "hold"}]}
            """;

    private final Ids ids = new Ids(new SystemClock(), new SecureRandom());
    private final PostgresStore store = PostgresStore.open(TestServers.newDatabase(), "decision-test", 4, ids);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(new SystemClock());
    private final OpsServer server = new OpsServer(
            ServerSettings.onLoopback(0),
            new Readiness(List.of(), new SystemTicks()),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Status.of("server", "test", new SystemTicks(), () -> Json.EMPTY_OBJECT),
            List.of(new DecisionApi(store.heldPhases(), new Announcer(queue, new InMemoryHints()))));
    private HttpCaller http = new HttpCaller("");

    @BeforeAll
    void start() {
        server.start();
        http = new HttpCaller(server.url());
    }

    @AfterAll
    void stop() {
        http.close();
        server.close();
        queue.close();
        store.close();
    }

    private String held() {
        Json source = Json.parse(PLAN);
        Submission run = store.runs()
                .submit(new RunRequest(
                        PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()));
        WorkerInfo worker = new WorkerInfo(ids.worker(), "here", "boot", 1, "then", 4, "test");
        store.leases().register(worker, Duration.ofHours(1));
        ClaimedTask task = store.tasks()
                .claim(worker.id(), List.of(run.ready().tickets().getFirst().taskId()))
                .getFirst();
        store.tasks().report(List.of(new AttemptReport(task.hold(), new Outcome.Completed(Json.NULL), Usage.NONE)));
        return run.runId();
    }

    private HttpResponse<String> decide(String runId, String phase, String body) {
        return http.post("/runs/" + runId + "/phases/" + phase + "/decide", Json.parse(body));
    }

    @Test
    void the_first_decision_is_carried_out_and_the_second_is_told_who_was_first() {
        String runId = held();
        HttpResponse<String> first =
                decide(runId, "P", "{\"decision\":\"accept\",\"by\":\"anna\",\"reason\":\"fine\"}");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(json(first).text("state")).contains("completed");
        HttpResponse<String> second = decide(runId, "P", "{\"decision\":\"fail\"}");
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(code(second)).isEqualTo("not_held");
        assertThat(second.body()).contains("anna");
    }

    @Test
    void what_is_unknown_or_no_decision_is_refused() {
        String runId = held();
        assertThat(decide("run-none", "P", "{\"decision\":\"accept\"}").statusCode())
                .isEqualTo(404);
        assertThat(decide(runId, "X", "{\"decision\":\"accept\"}").statusCode()).isEqualTo(404);
        assertThat(decide(runId, "P", "{\"decision\":\"maybe\"}").statusCode()).isEqualTo(400);
        assertThat(decide(runId, "P", "{\"decision\":\"accept\",\"by\":7}").statusCode())
                .isEqualTo(400);
        assertThat(decide(runId, "P", "{\"decision\":\"accept\"}").statusCode()).isEqualTo(200);
    }
}
