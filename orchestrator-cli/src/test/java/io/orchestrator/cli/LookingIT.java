package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What people see of a run without knowing the tables. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LookingIT {
    private static final String FLAKY = """
            read -r task
            case $task in
                *'"token":"saved"'*) echo '{"type":"result","output":"done"}' ;;
                *)
                    echo '{"type":"checkpoint","token":"saved","data":{"pages":[1,2]}}'
                    echo '{"type":"error","message":"the first time goes wrong"}'
                    exit 1
                    ;;
            esac
            """;

    private final TestCaller caller = new TestCaller(Map.of());
    private final String data = caller.directory().resolve("data").toString();
    private Stack shared;
    private String run = "";
    private String task = "";

    @BeforeAll
    void runOnce() {
        new OutputOptions().quietLogs();
        shared = TestStacks.open(data);
        caller.write("plan/plan.json", """
                {"name": "looked at", "retry": {"base": "PT0.1S"},
                 "phases": [{"phase": "WORK", "agents": [{"agent": "Flaky", "as": "Pages"}]}]}
                """);
        caller.write("plan/agents.json", Plans.agents("Flaky", FLAKY));
        assertThat(call("run", "plan/plan.json", "-o", "json")).isZero();
        run = Json.parse(caller.out()).text("runId").orElseThrow();
        assertThat(call("tasks", run, "-o", "json")).isZero();
        task = Json.parse(caller.out())
                .get("tasks")
                .orElseThrow()
                .elements()
                .getFirst()
                .text("id")
                .orElseThrow();
    }

    @AfterAll
    void closeServers() {
        shared.close();
        caller.close();
    }

    private int call(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--data-dir", data));
        return caller.call(all.toArray(String[]::new));
    }

    @Test
    void a_run_is_found_by_how_its_id_begins_and_the_newest_one_by_a_word() {
        for (String meant : List.of(run, run.substring(0, 12), "latest")) {
            assertThat(call("status", meant)).isZero();
            assertThat(caller.out()).contains(run);
        }
        assertThat(call("checkpoints", task.substring(0, 14))).isZero();
    }

    @Test
    void a_beginning_of_several_lists_them_and_what_is_not_there_is_refused_with_what_is_near() {
        assertThat(call("submit", "plan/plan.json", "--key", "second", "--start-in", "PT1H"))
                .isZero();
        assertThat(call("status", "run-")).isEqualTo(2);
        assertThat(caller.err()).contains("the ids of several runs begin with 'run-'", run);
        String mistyped = run.substring(0, run.length() - 1) + "_";
        assertThat(call("watch", mistyped)).isEqualTo(2);
        assertThat(caller.err()).contains("there is no run '" + mistyped + "' here; did you mean \"" + run + "\"?");
        assertThat(call("attempts", task + "_")).isEqualTo(2);
        assertThat(caller.err()).contains("did you mean \"" + task + "\"?");
        assertThat(call("status", task)).isEqualTo(2);
        assertThat(caller.err()).contains("is a task of the run " + run);
        assertThat(call("why", "latest")).isZero();
        assertThat(caller.out()).contains("the run is to start later");
        assertThat(call("cancel", "latest")).isZero();
    }

    @Test
    void a_run_that_has_ended_can_be_deleted_and_the_checker_misses_nothing() {
        assertThat(call("submit", "plan/plan.json", "--start-in", "PT1H", "-o", "json"))
                .isZero();
        String other = Json.parse(caller.out()).text("runId").orElseThrow();
        assertThat(call("delete", other)).isEqualTo(2);
        assertThat(caller.err()).contains("has not ended", "orchestrator cancel " + other);
        assertThat(call("cancel", other)).isZero();
        assertThat(call("delete", other)).isZero();
        assertThat(call("status", other)).isEqualTo(2);
        assertThat(call("verify")).isZero();
    }

    @Test
    void a_pause_keeps_its_first_reason_and_status_says_for_how_long() {
        assertThat(call("submit", "plan/plan.json", "--start-in", "PT1H", "-o", "json"))
                .isZero();
        String paused = Json.parse(caller.out()).text("runId").orElseThrow();
        assertThat(call("pause", paused, "--reason", "the API is down")).isZero();
        assertThat(call("pause", paused)).isZero();
        assertThat(caller.out()).contains("has been paused since", "the API is down");
        assertThat(call("status", paused)).isZero();
        assertThat(caller.out()).contains("paused for 0", "the API is down", "waits: the run is paused");
        assertThat(call("cancel", paused)).isZero();
    }

    @Test
    void tasks_attempts_checkpoints_and_events_tell_the_story() {
        assertThat(call("tasks", run)).isZero();
        assertThat(caller.out()).contains("STARTED", "TOKENS", "COST", "WORKER", "completed", "worker-");
        assertThat(call("attempts", task)).isZero();
        assertThat(caller.out()).contains("failed", "the first time goes wrong", "completed");
        assertThat(call("checkpoints", task, "--data")).isZero();
        assertThat(Json.parse(caller.out())).isEqualTo(Json.parse("{\"pages\":[1,2]}"));
        assertThat(call("checkpoints", task, "--data", "--seq", "9")).isEqualTo(2);
        assertThat(caller.err()).contains("has no checkpoint 9");
        assertThat(call("events", run)).isZero();
        assertThat(caller.out()).contains("task.retrying  WORK/Pages (Flaky)");
        assertThat(call("events", run, "-o", "json")).isZero();
        assertThat(caller.out()).contains("\"phase\":\"WORK\",\"task\":\"Pages\",\"target\":\"Flaky\"");
        assertThat(call("why", task)).isZero();
        assertThat(caller.out()).contains("Pages", "the task has ended as completed");
        assertThat(call("why", run, "-o", "json")).isZero();
        assertThat(caller.out()).contains("\"kind\":\"ended\"");
    }
}
