package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Going on from a checkpoint of one's choice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumeIT {
    /** Says where it begins, saves a checkpoint for each step, and fails after the third as long as it is not mended. */
    private static final String STEPPER = """
            read -r task
            case $task in
                *'"token":"step-3"'*) first=4 ;;
                *'"token":"step-2"'*) first=3 ;;
                *'"token":"step-1"'*) first=2 ;;
                *) first=1 ;;
            esac
            for step in 1 2 3; do
                [ $step -lt $first ] && continue
                echo "{\\"type\\":\\"checkpoint\\",\\"token\\":\\"step-$step\\",\\"data\\":{\\"step\\":$step}}"
            done
            if [ -e mended ]; then
                echo "began at $first"
            else
                echo '{"type":"error","message":"the third step went wrong","retryable":false}'
                exit 1
            fi
            """;

    private final TestCaller caller = new TestCaller(Map.of());
    private final String data = caller.directory().resolve("data").toString();
    private Stack shared;

    @BeforeAll
    void openServers() {
        new OutputOptions().quietLogs();
        shared = TestStacks.open(data);
    }

    @AfterAll
    void closeServers() {
        shared.close();
        caller.close();
    }

    @Test
    void a_task_that_failed_is_done_again_from_an_older_checkpoint_and_its_run_completes() {
        caller.write("plan/plan.json", Plans.sequential("Stepper"));
        caller.write("plan/agents.json", Plans.agents("Stepper", STEPPER));
        assertThat(call("run", "plan/plan.json", "-o", "json")).isEqualTo(1);
        String run = Json.parse(caller.out()).text("runId").orElseThrow();
        call("tasks", run, "-o", "json");
        String task = first("tasks").text("id").orElseThrow();
        call("checkpoints", task, "-o", "json");
        assertThat(Json.parse(caller.out()).get("checkpoints").orElseThrow().elements())
                .extracting(c -> c.text("token").orElseThrow())
                .containsExactly("step-3", "step-2", "step-1");
        caller.write("plan/mended", "");

        assertThat(call("resume", task, "--from", "2", "-o", "json")).isZero();
        assertThat(Json.parse(caller.out())).isEqualTo(Json.object("taskId", task, "runId", run, "tasks", 1));
        assertThat(call("watch", run)).isZero();
        assertThat(caller.out()).contains("began at 3");
    }

    @Test
    void a_run_that_is_done_again_is_watched_past_its_first_end() {
        caller.write("again/plan.json", Plans.sequential("Breaker"));
        caller.write("again/agents.json", Plans.agents("Breaker", "[ -e mended ] && echo mended"));
        assertThat(call("run", "again/plan.json", "-o", "json")).isEqualTo(1);
        String run = Json.parse(caller.out()).text("runId").orElseThrow();
        caller.write("again/mended", "");

        assertThat(call("retry", run)).isZero();
        assertThat(call("watch", run)).isZero();
        assertThat(caller.out()).contains("completed", "mended");
    }

    @Test
    void what_does_not_exist_is_refused_with_what_there_is_to_do() {
        for (List<String> command : List.of(List.of("resume", "task-x"), List.of("resume", "task-x", "--from", "3"))) {
            assertThat(call(command.toArray(String[]::new))).isEqualTo(2);
            assertThat(caller.err()).contains("task-x").hasLineCount(1);
        }
    }

    private Json first(String list) {
        return Json.parse(caller.out()).get(list).orElseThrow().elements().getFirst();
    }

    private int call(String... args) {
        return TestStacks.call(caller, data, args);
    }
}
