package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.testing.servers.TestServers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in the tables, the commands answer, and anything can be ended. */
class UnreadableRowsIT {
    private static final String DEEP = "('{\"x\": ' || repeat('[', 5000) || repeat(']', 5000) || '}')::jsonb";

    private final DatabaseUrl database = TestServers.newDatabase();
    private final TestCaller caller =
            new TestCaller(Map.of("DATABASE_URL", database.full(), "REDIS_URL", TestServers.redisUrl() + "/9"));

    @AfterEach
    void close() {
        caller.close();
    }

    private void spoil(String sql) {
        TestServers.execute(database, sql.replace("DEEP", DEEP));
    }

    private String submitted() {
        caller.write("plan.json", Plans.sequential("Greeter"));
        caller.write("agents.json", Plans.agents("Greeter", "echo hello"));
        assertThat(caller.call("submit", "plan.json", "-o", "json"))
                .as(caller.err())
                .isZero();
        return Json.parse(caller.out()).text("runId").orElseThrow();
    }

    private void answers(int code, String... command) {
        assertThat(caller.call(command))
                .as("%s: %s", String.join(" ", command), caller.err())
                .isEqualTo(code);
        assertThat(caller.err()).doesNotContain("a fault of the program", "\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE runs SET inputs = DEEP",
                "UPDATE runs SET plan = DEEP",
                "UPDATE runs SET plan = '[]', agents = '3'",
                "UPDATE tasks SET input = DEEP, budget = '[]'",
                "UPDATE events SET data = DEEP",
                "UPDATE runs SET deadline = 'infinity', created_at = '-infinity', cost_usd = 'NaN'",
                "UPDATE runs SET tokens = -5, cost_usd = -1.5, tool_ms = -9223372036854775808",
                "UPDATE live_tasks SET tokens = -5, cost_usd = -1.5, tool_ms = -1",
                "UPDATE runs SET event_seq = 9223372036854775807",
                "UPDATE phases SET open = 9, total = 9",
                "UPDATE phases SET rubric_miss = DEEP, decision = DEEP",
                "UPDATE live_tasks SET lane = 7",
                "UPDATE live_tasks SET deadline = clock_timestamp() - interval '1 day'",
                "DELETE FROM live_tasks",
                "DELETE FROM tasks",
                "DELETE FROM phases",
                "INSERT INTO workers (id, host, boot_id, pid, pid_started, slots, version, state) VALUES"
                        + " ('w', '', '', -1, 'never', 2147483647, '', 'alive'), ('v', '', '', 1, '', 2147483647, '', 'lost');"
                        + " INSERT INTO leases VALUES ('w', 'infinity'), ('v', clock_timestamp() + interval '1 day')"
            })
    void a_run_is_shown_and_can_be_cancelled(String sql) {
        String run = submitted();
        spoil(sql);
        answers(0, "status");
        answers(0, "status", run);
        answers(0, "status", run, "-o", "json");
        answers(0, "tasks", run);
        answers(0, "events", run);
        answers(0, "why", run);
        caller.call("verify", "--run", run);
        assertThat(caller.err()).doesNotContain("a fault of the program", "\tat ");
        answers(0, "cancel", run);
        answers(0, "status", run);
        assertThat(caller.out()).contains("cancelled");
        answers(1, "watch", run);
        answers(0, "delete", run);
    }

    @Test
    void an_unreadable_output_is_shown_as_such() {
        String run = submitted();
        answers(0, "cancel", run);
        spoil("UPDATE tasks SET outcome = 'completed', output = DEEP");
        answers(0, "tasks", run, "-o", "json");
        assertThat(caller.out()).contains("unreadable");
    }

    @Test
    void what_needs_an_unreadable_plan_is_refused_with_a_sentence() {
        String run = submitted();
        answers(0, "cancel", run);
        spoil("UPDATE runs SET plan = DEEP");
        answers(2, "retry", run);
        assertThat(caller.err()).contains("the plan of run " + run + " cannot be read");
    }

    @Test
    void a_timer_that_was_set_aside_is_told_by_its_number_and_tried_again_on_request() {
        String run = submitted();
        spoil("INSERT INTO timers (kind, action, fire_at, failures, error, set_aside_at)"
                + " VALUES ('custom', 'report', clock_timestamp(), 10, 'boom', clock_timestamp())");
        answers(0, "status");
        assertThat(caller.out()).containsPattern("set aside: timer [0-9]+: boom");
        String number = caller.out().replaceAll("(?s).*set aside: timer ([0-9]+):.*", "$1");
        answers(2, "resume", number, "--from", "3");
        answers(0, "resume", number);
        answers(0, "status");
        assertThat(caller.out()).contains(run).doesNotContain("set aside");
        answers(2, "resume", "471100");
        assertThat(caller.err()).contains("no timer 471100 is pending");
    }

    @Test
    void a_schedule_that_cannot_fire_is_shown_paused_and_removed_and_not_resumed() {
        caller.write("plan.json", Plans.sequential("Greeter"));
        answers(0, "schedule", "add", "plan.json", "--name", "bad", "--cron", "0 3 * * *", "--agents-elsewhere");
        spoil("UPDATE schedules SET inputs = DEEP, error = 'it cannot be read', set_aside_at = clock_timestamp()");
        answers(0, "schedule", "list");
        assertThat(caller.out()).contains("set aside", "it cannot be read");
        answers(0, "schedule", "show", "bad");
        answers(0, "status");
        assertThat(caller.out()).contains("schedule bad: it cannot be read");
        answers(2, "schedule", "resume", "bad");
        assertThat(caller.err()).contains("the inputs of schedule bad cannot be read");
        answers(2, "schedule", "run", "bad");
        answers(0, "schedule", "pause", "bad");
        answers(0, "schedule", "remove", "bad");
    }
}
