package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whole commands on embedded servers, in this process; a stack that stays open makes each of them quick. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunIT {
    private final TestCaller caller = new TestCaller(Map.of());
    private final String data = caller.directory().resolve("data").toString();
    private Stack shared;

    @BeforeAll
    void openServers() {
        OutputOptions quiet = new OutputOptions();
        quiet.quietLogs();
        shared = TestStacks.open(data);
    }

    @AfterAll
    void closeServers() {
        shared.close();
        caller.close();
    }

    @Test
    void a_plan_runs_to_its_end_and_the_result_is_on_standard_output() {
        caller.write("hello/plan.json", Plans.sequential("Greeter", "Echo"));
        caller.write(
                "hello/agents.json",
                Plans.agents("Greeter", "echo hello from $ORCHESTRATOR_CALLER_DIR", "Echo", "grep -c Greeter"));

        int code = call("run", "hello/plan.json");

        assertThat(code).isZero();
        assertThat(caller.out()).contains("completed", "WORK/Greeter:", "  hello from " + caller.directory(), "  1");
        assertThat(caller.err()).contains("phase WORK started", "task WORK/Echo completed", "completed");
    }

    @Test
    void with_json_standard_output_is_one_document_and_nothing_else() {
        caller.write("json/plan.json", Plans.sequential("Greeter"));
        caller.write("json/agents.json", Plans.agents("Greeter", "echo \"$1\"; cat"));

        int code = call("run", "json/plan.json", "-o", "json", "-i", "n=3", "-i", "path=.", "--progress", "none");

        assertThat(code).isZero();
        Json run = Json.parse(caller.out());
        assertThat(run.fields().keySet())
                .contains("runId", "name", "state", "reason", "phases", "usage", "startedAt", "finishedAt");
        assertThat(run.text("state")).contains("completed");
        assertThat(run.has("reason")).isTrue();
        Json task = run.get("phases")
                .orElseThrow()
                .elements()
                .getFirst()
                .get("tasks")
                .orElseThrow()
                .elements()
                .getFirst();
        assertThat(task.fields().keySet())
                .contains("id", "target", "name", "shard", "state", "attempts", "epoch", "output", "error", "progress");
        assertThat(task.text("output").orElseThrow()).contains("\"n\":3", "\"path\":\".\"");
        assertThat(caller.err()).isEmpty();
    }

    /** As everyday as a p-value: short as it is written, and long as the database gives it back. */
    @Test
    void numbers_that_grow_when_they_are_stored_go_in_and_come_out_everywhere() {
        caller.write("grow/plan.json", """
                {"name": "grow", "inputs": {"limit": 1e120, "p": 1e-150},
                 "phases": [{"phase": "A", "agents": ["Estimator"]}, {"phase": "B", "agents": ["Reader"]}]}
                """);
        caller.write(
                "grow/agents.json",
                Plans.agents(
                        "Estimator",
                        "head -n 1 >/dev/null; echo '{\"type\":\"result\",\"output\":{\"perplexity\":1e120,\"least\":5e-324}}'",
                        "Reader",
                        "cat"));

        assertThat(call("run", "grow/plan.json", "--input", "x=1e308", "-o", "json", "--progress", "none"))
                .isZero();

        Json run = Json.parse(caller.out());
        String runId = run.text("runId").orElseThrow();
        String read = run.toString();
        assertThat(read).contains("1" + "0".repeat(120), "1" + "0".repeat(308), "1E-150", "5E-324");
        for (List<String> command : List.of(
                List.of("status", runId), List.of("tasks", runId), List.of("watch", runId), List.of("events", runId))) {
            assertThat(call(command.toArray(String[]::new)))
                    .as("%s: %s", command, caller.err())
                    .isZero();
        }
        assertThat(call(
                        "schedule",
                        "add",
                        "grow/plan.json",
                        "--name",
                        "grow",
                        "--cron",
                        "0 3 1 1 *",
                        "--input",
                        "x=1e120"))
                .isZero();
        assertThat(call("schedule", "run", "grow")).as(caller.err()).isZero();
        assertThat(call("schedule", "remove", "grow")).isZero();
    }

    @Test
    void a_run_whose_agent_fails_exits_1_with_the_end_of_its_stderr_and_its_attempts() {
        caller.write("fail/plan.json", Plans.sequential("Breaker"));
        caller.write("fail/agents.json", Plans.agents("Breaker", "echo the disk is full >&2; exit 3"));

        int code = call("run", "fail/plan.json");

        assertThat(code).isEqualTo(1);
        assertThat(caller.out()).contains("WORK/Breaker failed after 2 attempts", "the disk is full");
        assertThat(caller.err()).contains("retrying in", "the disk is full").doesNotContain("\tat ");
    }

    @Test
    void the_same_key_gives_the_same_run_and_another_plan_under_it_is_refused() {
        caller.write("key/plan.json", Plans.sequential("Greeter"));
        caller.write("key/other.json", Plans.sequential("Greeter", "Greeter2"));
        caller.write("key/agents.json", Plans.agents("Greeter", "echo hello", "Greeter2", "echo hello"));

        call("run", "key/plan.json", "--key", "k", "-o", "json");
        String first = Json.parse(caller.out()).text("runId").orElseThrow();
        int again = call("submit", "key/plan.json", "--key", "k", "-o", "json");

        assertThat(again).isZero();
        assertThat(Json.parse(caller.out())).isEqualTo(Json.object("runId", first, "created", false));

        assertThat(call("run", "key/plan.json", "--key", "k", "-o", "json")).isZero();
        assertThat(Json.parse(caller.out()).text("runId")).contains(first);
        assertThat(caller.err()).contains("was submitted before under this key, as run " + first);

        int other = call("run", "key/other.json", "--key", "k");

        assertThat(other).isEqualTo(2);
        assertThat(caller.err()).contains("key 'k' belongs to run " + first);
        assertThat(caller.out()).isEmpty();
    }

    @Test
    void what_a_run_did_can_be_looked_at_in_every_form() {
        caller.write("look/plan.json", Plans.sequential("Saver"));
        caller.write(
                "look/agents.json",
                Plans.agents("Saver", "echo '{\"type\":\"checkpoint\",\"token\":\"half\",\"data\":{}}'; echo done"));
        call("run", "look/plan.json", "-o", "json");
        String run = Json.parse(caller.out()).text("runId").orElseThrow();

        assertThat(call("status", run, "-o", "json")).isZero();
        assertThat(Json.parse(caller.out()).text("state")).contains("completed");
        assertThat(call("status")).isZero();
        assertThat(caller.out()).contains(run);
        assertThat(call("status", "-o", "json")).isZero();
        assertThat(Json.parse(caller.out()).get("runs").orElseThrow().size()).isPositive();

        assertThat(call("tasks", run, "-o", "json")).isZero();
        Json task =
                Json.parse(caller.out()).get("tasks").orElseThrow().elements().getFirst();
        assertThat(task.text("phase")).contains("WORK");
        assertThat(call("tasks", run)).isZero();
        assertThat(caller.out()).contains("Saver");

        assertThat(call("checkpoints", task.text("id").orElseThrow(), "-o", "json"))
                .isZero();
        assertThat(caller.out()).contains("\"token\":\"half\"");
        assertThat(call("checkpoints", task.text("id").orElseThrow())).isZero();
        assertThat(caller.out()).contains("half");

        assertThat(call("events", run, "-o", "json")).isZero();
        assertThat(Json.parse(caller.out()).get("events").orElseThrow().size()).isGreaterThan(4);
        assertThat(call("events", run, "--follow", "-o", "json")).isZero();
        assertThat(caller.out()
                        .lines()
                        .map(Json::parse)
                        .map(event -> event.text("kind").orElse("")))
                .startsWith("run.submitted")
                .endsWith("run.completed");

        assertThat(call("watch", run, "-o", "json")).isZero();
        assertThat(Json.parse(caller.out()).text("runId")).contains(run);
        assertThat(call("cancel", run, "-o", "json")).isZero();
        assertThat(Json.parse(caller.out()))
                .isEqualTo(Json.object("runId", run, "cancelled", false, "state", "completed"));
    }

    @Test
    void a_run_that_was_cancelled_exits_1_when_watched() {
        caller.write("cancel/plan.json", Plans.sequential("Greeter"));
        caller.write("cancel/agents.json", Plans.agents("Greeter", "echo hello"));
        call("submit", "cancel/plan.json", "-o", "json");
        String run = Json.parse(caller.out()).text("runId").orElseThrow();

        assertThat(call("cancel", run)).isZero();
        assertThat(call("watch", run)).isEqualTo(1);
        assertThat(caller.out()).contains("cancelled");
    }

    @Test
    void unknown_ids_are_refused_with_what_to_do() {
        for (List<String> command : List.of(
                List.of("status", "run-x"),
                List.of("watch", "run-x"),
                List.of("cancel", "run-x"),
                List.of("tasks", "run-x"),
                List.of("events", "run-x"),
                List.of("events", "run-x", "--follow"))) {
            assertThat(call(command.toArray(String[]::new))).as("%s", command).isEqualTo(2);
            assertThat(caller.err()).contains("there is no run 'run-x' here").hasLineCount(1);
        }
        assertThat(call("checkpoints", "task-x")).isEqualTo(2);
        assertThat(caller.err()).contains("there is no task 'task-x' here");
    }

    private int call(String... args) {
        return TestStacks.call(caller, data, args);
    }
}
