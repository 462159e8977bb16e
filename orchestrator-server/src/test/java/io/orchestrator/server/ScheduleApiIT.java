package io.orchestrator.server;

import static io.orchestrator.server.HttpCaller.code;
import static io.orchestrator.server.HttpCaller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.scheduler.ScheduleContext;
import io.orchestrator.scheduler.ScheduleResult;
import io.orchestrator.scheduler.Scheduler;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** {@code POST /schedule}, the runs behind it, and the scheduler in code, on a real Postgres. */
@TestInstance(Lifecycle.PER_CLASS)
class ScheduleApiIT {
    private static final String IDEATION = """
            {"plan": {"phase": "IDEATION", "parallelism": 4,
                      "agents": ["StrategyAgent", "CompetitiveAgent", "TechStackAgent", "PersonaAgent"],
                      "budgets": {"tokens": 2000000, "tools_minutes": 180}, "timebox": "PT3H"},
             "ctx": {"run_id": "RUN", "phase_id": "phase-456", "phase": "IDEATION",
                     "inputs": {"idea": "Build a todo app"}, "budgets": {"tokens": 2000000, "tools_minutes": 180},
                     "rubrics": {}, "timebox": "PT3H"}}
            """;

    private final Ids ids = new Ids(new SystemClock(), new SecureRandom());
    private final PostgresStore store = PostgresStore.open(TestServers.newDatabase(), "server-test", 4, ids);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(new SystemClock());
    private final Scheduler scheduler = new Scheduler(store.runs(), new Announcer(queue, new InMemoryHints()));
    private final OpsServer server = new OpsServer(
            ServerSettings.onLoopback(0),
            new Readiness(List.of(), new SystemTicks()),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Status.of("server", "test", new SystemTicks(), () -> Json.EMPTY_OBJECT),
            List.of(new ScheduleApi(scheduler), new RunApi(store.runs())));
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

    @Test
    void the_documents_example_is_scheduled_and_its_tasks_are_on_their_way() {
        long before = waiting();

        var response = http.post("/schedule", ideation("run-123"));

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(json(response).get("totalTasks")).contains(Json.of(4));
        assertThat(json(response).get("enqueuedTasks")).contains(Json.of(4));
        assertThat(json(response).get("created")).contains(Json.of(true));
        assertThat(waiting() - before).isEqualTo(4);
    }

    @Test
    void the_same_request_again_finds_the_same_run_and_queues_nothing() {
        Json first = json(http.post("/schedule", ideation("run-again")));

        var second = http.post("/schedule", ideation("run-again"));

        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(json(second).text("runId")).isEqualTo(first.text("runId"));
        assertThat(json(second).get("created")).contains(Json.of(false));
        assertThat(json(second).get("totalTasks")).contains(Json.of(4));
        assertThat(json(second).get("enqueuedTasks")).contains(Json.of(0));
    }

    @Test
    void a_key_that_was_used_for_something_else_is_a_conflict() {
        http.post("/schedule", ideation("run-conflict"));
        Json other = Json.parse("""
                {"plan": {"phase": "IDEATION", "agents": ["Other"]},
                 "ctx": {"run_id": "run-conflict", "phase_id": "phase-456"}}
                """);

        var refused = http.post("/schedule", other);
        var underItsOwnKey = http.post("/schedule", other, "Idempotency-Key", "another");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(code(refused)).isEqualTo("key_conflict");
        assertThat(underItsOwnKey.statusCode()).isEqualTo(201);
    }

    @Test
    void phases_of_one_run_can_be_scheduled_one_by_one() {
        Json first = Json.parse("""
                {"plan": {"phase": "A", "agents": ["X"]}, "ctx": {"run_id": "run-steps", "phase_id": "phase-a"}}
                """);
        Json second = Json.parse("""
                {"plan": {"phase": "B", "agents": ["Y"]}, "ctx": {"run_id": "run-steps", "phase_id": "phase-b"}}
                """);

        assertThat(http.post("/schedule", first).statusCode()).isEqualTo(201);
        var added = http.post("/schedule", second);

        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(json(added).get("totalTasks")).contains(Json.of(1));
        assertThat(json(added).get("enqueuedTasks")).as("it waits for A").contains(Json.of(0));
        assertThat(json(http.post("/schedule", second)).get("created")).contains(Json.of(false));
        Json run = json(http.get("/runs?key=run-steps"));
        assertThat(run.text("runId")).isEqualTo(json(added).text("runId"));
        assertThat(run.get("phases").orElseThrow().size()).isEqualTo(2);
        assertThat(http.get("/runs?key=nobody").statusCode()).isEqualTo(404);
        assertThat(scheduler.getStats("run-steps", "phase-b").orElseThrow().phaseId())
                .isEqualTo(json(added).text("phaseId").orElseThrow());
        assertThat(scheduler.getStats("phase-b").orElseThrow().phaseId())
                .isEqualTo(json(added).text("phaseId").orElseThrow());
        assertThat(scheduler.getStats("run-steps", "phase-c")).isEmpty();
    }

    @Test
    void a_name_that_several_runs_have_a_phase_of_asks_for_the_run() {
        for (String run : List.of("run-one", "run-two")) {
            http.post("/schedule", Json.parse("""
                    {"plan": {"phase": "A", "agents": ["X"]}, "ctx": {"run_id": "%s", "phase_id": "phase-twice"}}
                    """.formatted(run)));
        }
        assertThatThrownBy(() -> scheduler.getStats("phase-twice"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("2 runs", "getStats(run_id, phase_id)");
    }

    @Test
    void limits_of_the_run_are_said_by_its_first_phase_and_faults_are_told_where_they_were_written() {
        Json body = Json.parse("""
                {"plan": {"phase": "A", "agents": ["X"]},
                 "ctx": {"run_id": "run-limits", "phase_id": "phase-a", "run_budgets": {"tokens": 100}, "run_timebox": "PT9H"}}
                """);
        assertThat(http.post("/schedule", body).statusCode()).isEqualTo(201);
        var other = http.post("/schedule", Json.parse("""
                {"plan": {"phase": "B", "agents": ["X"]},
                 "ctx": {"run_id": "run-limits", "phase_id": "phase-b", "run_budgets": {"tokens": 7}}}
                """));
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(code(other)).isEqualTo("phase_refused");
        var faulty = http.post("/schedule", Json.parse("""
                {"plan": {"phase": "A", "agents": []},
                 "ctx": {"run_id": "run-faulty", "phase_id": "phase-a", "run_budgets": {"tokens": -1}, "run_timebox": "soon"}}
                """));
        assertThat(faulty.statusCode()).isEqualTo(400);
        assertThat(faulty.body()).contains("/plan/agents", "/ctx/run_budgets/tokens", "/ctx/run_timebox");
        assertThat(http.post("/schedule", Json.parse("""
                        {"plan": {"phase": "A", "agents": ["X"]}, "ctx": {"run_budgets": {"tokens": 1}}}
                        """)).statusCode()).isEqualTo(400);
    }

    @Test
    void every_fault_is_told_where_it_was_written_and_nothing_is_stored() {
        int before = store.runs().list(1_000).size();

        var response = http.post("/schedule", Json.parse("""
                {"plan": {"phase": "IDEATION", "agents": [], "colour": "red"}, "ctx": {"timebox": "soon"}}
                """));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(code(response)).isEqualTo("invalid_request");
        assertThat(json(response)
                        .get("error")
                        .flatMap(error -> error.get("faults"))
                        .orElseThrow()
                        .elements())
                .allSatisfy(fault -> assertThat(fault.fields()).containsOnlyKeys("pointer", "found", "expected"))
                .extracting(fault -> fault.text("pointer").orElseThrow())
                .containsExactlyInAnyOrder("/plan/agents", "/plan/colour", "/ctx/timebox");
        assertThat(store.runs().list(1_000)).hasSize(before);
    }

    @Test
    void a_byte_order_mark_is_skipped_and_the_newest_run_can_be_asked_for() {
        Json made = json(http.send(http.request("/schedule")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("\uFEFF" + ideation("run-mark")))));
        Json latest = json(http.get("/runs/latest"));
        assertThat(latest.text("runId")).isEqualTo(made.text("runId"));
        assertThat(http.get("/runs/latest/events").statusCode()).isEqualTo(200);
        assertThat(http.post("/runs/latest/cancel", Json.object("reason", "x")).statusCode())
                .as("what is changed is named")
                .isEqualTo(404);
    }

    @Test
    void a_name_is_one_line_of_text() {
        var response = http.post("/schedule", ideation("two\\nlines"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("/ctx/run_id", "on one line");
    }

    @Test
    void a_run_and_its_events_can_be_read_page_by_page() {
        String runId = runOf(http.post("/schedule", ideation("run-read")));

        Json run = json(http.get("/runs/" + runId));
        Json events = json(http.get("/runs/" + runId + "/events"));
        long last = events.get("last").orElseThrow().asLong();

        assertThat(run.text("state")).contains("running");
        assertThat(run.get("phases")
                        .orElseThrow()
                        .elements()
                        .getFirst()
                        .get("tasks")
                        .orElseThrow()
                        .size())
                .isEqualTo(4);
        assertThat(events.get("events").orElseThrow().elements().getFirst().text("kind"))
                .contains("run.submitted");
        assertThat(json(http.get("/runs/" + runId + "/events?after=" + last)).get("events"))
                .contains(Json.array(List.of()));
        assertThat(http.get("/runs/" + runId + "/events?after=-1").statusCode()).isEqualTo(400);
    }

    @Test
    void a_run_that_does_not_exist_is_not_found_on_every_path() {
        assertThat(code(http.get("/runs/run-no"))).isEqualTo("no_such_run");
        assertThat(code(http.get("/runs/run-no/events"))).isEqualTo("no_such_run");
        assertThat(code(http.post("/runs/run-no/cancel", Json.EMPTY_OBJECT.with("reason", "x"))))
                .isEqualTo("no_such_run");
    }

    @Test
    void a_cancelled_run_stays_cancelled_and_cancelling_again_is_no_error() {
        String runId = runOf(http.post("/schedule", ideation("run-cancel")));

        Json first = json(http.post("/runs/" + runId + "/cancel", Json.object("reason", "not needed")));
        Json second = json(http.post("/runs/" + runId + "/cancel", Json.object("reason", "again")));

        assertThat(first.get("cancelled")).contains(Json.of(true));
        assertThat(second).isEqualTo(Json.object("runId", runId, "cancelled", false, "state", "cancelled"));
        assertThat(json(http.get("/runs/" + runId)).text("reason")).contains("not needed");
    }

    @Test
    void a_phase_built_in_code_counts_the_agents_whose_turn_has_not_come() {
        PhasePlan intake = PlanReader.read("""
                {"name": "x", "phases": [{"phase": "INTAKE", "parallelism": "sequential",
                  "agents": ["IntakeClassifierAgent", "IntakeExpanderAgent", "IntakeValidatorAgent"],
                  "budgets": {"tokens": 700000, "tools_minutes": 60}, "timebox": "PT1H"}]}
                """).phases().getFirst();

        ScheduleResult result = scheduler.schedule(intake, ScheduleContext.read(Json.parse("""
                {"run_id": "run-abc", "phase_id": "phase-xyz", "phase": "INTAKE",
                 "inputs": {"idea": "Build a distributed task queue"}, "rubrics": {"ambiguity_max": 0.10},
                 "timebox": "PT1H"}
                """)));

        assertThat(result.totalTasks()).isEqualTo(3);
        assertThat(result.enqueuedTasks()).isEqualTo(1);
    }

    @Test
    void the_statistics_of_a_phase_follow_its_tasks() {
        ScheduleResult result = scheduler.schedule(
                Json.parse("{\"phase\": \"QA\", \"parallelism\": 2, \"agents\": [\"A\", \"B\"]}"),
                ScheduleContext.NONE.withKey("run-stats"));
        String worker = ids.worker();
        store.leases().register(new WorkerInfo(worker, "here", "boot", 1, "then", 4, "test"), Duration.ofMinutes(1));
        List<String> tasks = store.runs().view(result.runId(), true).orElseThrow().phases().getFirst().tasks().stream()
                .map(task -> task.id())
                .toList();
        List<ClaimedTask> claimed = store.tasks().claim(worker, tasks);
        store.tasks()
                .report(List.of(new AttemptReport(
                        claimed.getFirst().hold(),
                        new Outcome.Completed(Json.EMPTY_OBJECT),
                        new Usage(12_000, new BigDecimal("0.18"), 0))));

        assertThat(scheduler.getStats(result.phaseId())).hasValueSatisfying(stats -> {
            assertThat(stats.total()).isEqualTo(2);
            assertThat(stats.completed()).isEqualTo(1);
            assertThat(stats.failed()).isZero();
            assertThat(stats.running()).isEqualTo(1);
            assertThat(stats.avgDurationMs()).isPresent();
            assertThat(stats.totalCost()).isEqualByComparingTo("0.18");
        });
        assertThat(scheduler.getStats("phase-no")).isEmpty();
    }

    private long waiting() {
        return queue.depth().values().stream().mapToLong(Long::longValue).sum();
    }

    private static Json ideation(String runId) {
        return Json.parse(IDEATION.replace("RUN", runId));
    }

    private static String runOf(HttpResponse<String> response) {
        return json(response).text("runId").orElseThrow();
    }
}
