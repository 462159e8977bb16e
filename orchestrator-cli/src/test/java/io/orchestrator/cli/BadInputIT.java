package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that can be wrong with what a user gives is one clear message, exit code 2, and nothing stored. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    private static final String UNREACHABLE = "postgresql://me:secret@127.0.0.1:1/db";

    private final TestCaller caller = new TestCaller(Map.of());

    @AfterAll
    void removeFiles() {
        caller.close();
    }

    static Stream<Arguments> badPlans() {
        String fine = "{\"phase\":\"A\",\"agents\":[\"Greeter\"]}";
        return Stream.of(
                Arguments.of("malformed JSON", "{\"name\":", "text that is no JSON"),
                Arguments.of("JSON that is cut off", "{\"name\":\"x\",\"phases\":[", "close marker for Array)"),
                Arguments.of("no plan at all", "", "text that is no JSON"),
                Arguments.of(
                        "an unknown agent",
                        "{\"name\":\"x\",\"phases\":[{\"phase\":\"A\",\"agents\":[\"Greter\"]}]}",
                        "/phases/0/agents/0: found the unknown agent \"Greter\""),
                Arguments.of(
                        "an unknown field",
                        "{\"name\":\"x\",\"phasis\":1,\"phases\":[" + fine + "]}",
                        "found the unknown field \"phasis\""),
                Arguments.of(
                        "negative parallelism",
                        "{\"name\":\"x\",\"phases\":[{\"phase\":\"A\",\"parallelism\":-3,\"agents\":[\"Greeter\"]}]}",
                        "/phases/0/parallelism: found the number -3"),
                Arguments.of(
                        "cyclic needs",
                        "{\"name\":\"x\",\"phases\":[{\"phase\":\"A\",\"needs\":[\"B\"],\"agents\":[\"Greeter\"]},"
                                + "{\"phase\":\"B\",\"needs\":[\"A\"],\"agents\":[\"Greeter\"]}]}",
                        "needs"),
                Arguments.of(
                        "a number that cannot be stored",
                        "{\"name\":\"x\",\"inputs\":{\"limit\":[1,1e2000]},\"phases\":[" + fine + "]}",
                        "/inputs/limit/1: found a number with more digits before the decimal point than can be stored"),
                Arguments.of(
                        "a missing command",
                        "{\"name\":\"x\",\"phases\":[{\"phase\":\"A\",\"agents\":[\"Ghost\"]}]}",
                        "no-such-program-anywhere"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPlans")
    void a_bad_plan_is_refused_before_anything_is_started_or_stored(String name, String plan, String message) {
        caller.write("bad/plan.json", plan);
        caller.write(
                "bad/agents.json",
                "{\"agents\":{\"Greeter\":{\"command\":[\"sh\"]},\"Ghost\":{\"command\":[\"no-such-program-anywhere\"]}}}");
        Path data = caller.directory().resolve("untouched");

        int code = caller.call("run", "bad/plan.json", "--data-dir", data.toString(), "-o", "json");

        assertThat(code).isEqualTo(2);
        assertThat(caller.err()).contains(message);
        assertThatOneSentenceWasTold();
        assertThat(data).doesNotExist();
    }

    @Test
    void every_fault_stands_on_a_line_that_begins_with_the_file() {
        caller.write("bad/two.json", "{\"nam\":1,\"phases\":[{\"phase\":\"A\",\"agents\":[],\"parallelism\":0}]}");

        assertThat(caller.call("submit", "bad/two.json")).isEqualTo(2);
        assertThat(caller.err().lines().skip(1))
                .hasSizeGreaterThan(2)
                .allMatch(line ->
                        line.startsWith("  bad/two.json: /") || line.startsWith("  bad/two.json: the document"));
    }

    @ParameterizedTest
    @CsvSource({"x=1e2000, at /x", "x=[1;1e-2000], at /x/1", "x=1e9999999999, 1e9999999999"})
    void an_input_that_cannot_be_stored_is_refused_with_its_place_by_run_and_by_schedule_add(
            String input, String place) {
        String given = input.replace(';', ',');
        caller.write("in/plan.json", Plans.sequential("Greeter"));
        caller.write("in/agents.json", Plans.agents("Greeter", "echo hello"));
        Path data = caller.directory().resolve("untouched");

        assertThat(caller.call("run", "in/plan.json", "--data-dir", data.toString(), "--input", given))
                .isEqualTo(2);
        assertThat(caller.err()).contains("cannot be stored", place);
        assertThatOneSentenceWasTold();
        int added = caller.call(
                "schedule",
                "add",
                "in/plan.json",
                "--name",
                "s",
                "--cron",
                "* * * * *",
                "--input",
                given,
                "--data-dir",
                data.toString());
        assertThat(added).isEqualTo(2);
        assertThat(caller.err()).contains("cannot be stored", place);
        assertThat(data).doesNotExist();
    }

    @Test
    void missing_files_and_bad_agents_files_are_named() {
        caller.write("files/plan.json", Plans.sequential("Greeter"));
        caller.write("files/broken.json", "{\"agents\":{\"Greeter\":{\"comand\":[\"sh\"]}}}");

        assertThat(caller.call("run", "files/nothing.json")).isEqualTo(2);
        assertThat(caller.err()).contains("the plan files/nothing.json does not exist");
        assertThatOneSentenceWasTold();

        assertThat(caller.call("run", "files/plan.json", "--agents", "files/none.json"))
                .isEqualTo(2);
        assertThat(caller.err()).contains("files/none.json", "no such file");

        assertThat(caller.call("run", "files/plan.json", "--agents", "files/broken.json"))
                .isEqualTo(2);
        assertThat(caller.err()).contains("files/broken.json", "the unknown field \"comand\"");

        assertThat(caller.call("run", "files")).isEqualTo(2);
        assertThat(caller.err()).contains("the plan files is a directory");
    }

    @Test
    void a_data_directory_below_a_file_is_refused() {
        caller.write("fine/plan.json", Plans.sequential("Greeter"));
        caller.write("fine/agents.json", Plans.agents("Greeter", "echo hello"));
        Path below = caller.write("a-file", "").resolve("data");

        int code = caller.call("run", "fine/plan.json", "--data-dir", below.toString());

        assertThat(code).isEqualTo(2);
        assertThat(caller.err()).contains("Cannot keep data in " + below, "--data-dir");
        assertThatOneSentenceWasTold();
    }

    @Test
    void an_empty_data_directory_is_refused_and_does_not_mean_the_present_one() {
        assertThat(caller.call("status", "--data-dir", "")).isEqualTo(2);
        assertThat(caller.err()).contains("--data-dir is empty");
        assertThatOneSentenceWasTold();
    }

    @Test
    void an_unreachable_database_is_told_within_seconds_and_without_its_password() {
        try (TestCaller remote =
                new TestCaller(Map.of("DATABASE_URL", UNREACHABLE, "REDIS_URL", "redis://127.0.0.1:1"))) {
            remote.write("plan.json", Plans.sequential("Greeter"));
            remote.write("agents.json", Plans.agents("Greeter", "echo hello"));
            long started = System.nanoTime();

            int code = remote.call("run", "plan.json");

            assertThat(code).isEqualTo(4);
            assertThat(remote.err())
                    .contains(
                            "cannot use Postgres at postgresql://me:***@127.0.0.1:1/db",
                            "refused",
                            "Check that it runs")
                    .doesNotContain("secret", "\tat ");
            assertThat(remote.out()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void one_url_without_the_other_and_urls_that_are_none_are_refused() {
        assertThat(refusal(Map.of("DATABASE_URL", UNREACHABLE))).contains("DATABASE_URL is set and REDIS_URL is not");
        assertThat(refusal(Map.of("REDIS_URL", "redis://127.0.0.1")))
                .contains("REDIS_URL is set and DATABASE_URL is not");
        assertThat(refusal(Map.of("DATABASE_URL", "mysql://x/y", "REDIS_URL", "redis://127.0.0.1:1")))
                .contains("expected postgresql://user:password@host:port/database");
        assertThat(refusal(Map.of("DATABASE_URL", "garbage", "REDIS_URL", "redis://127.0.0.1:1")))
                .contains("it does not begin with postgresql://");
    }

    @Test
    void a_key_that_no_index_could_hold_is_refused_before_anything_starts() {
        caller.write("key/plan.json", Plans.sequential("Greeter"));
        caller.write("key/agents.json", Plans.agents("Greeter", "echo hello"));

        assertThat(caller.call("submit", "key/plan.json", "--key", "k".repeat(201)))
                .isEqualTo(2);
        assertThat(caller.err()).contains("--key has 201 characters", "at most 200");
        assertThatOneSentenceWasTold();
    }

    @Test
    void wrong_options_are_told_with_where_the_help_is() {
        assertThat(caller.call("run")).isEqualTo(2);
        assertThat(caller.err()).contains("PLAN", "orchestrator run --help");
        assertThat(caller.call("rum", "plan.json")).isEqualTo(2);
        assertThat(caller.err()).contains("rum");
        assertThat(caller.call()).isEqualTo(2);
        assertThat(caller.call("run", "plan.json", "--lease", "soon")).isEqualTo(2);
        assertThat(caller.err()).contains("such as 15s");
        assertThat(caller.call("run", "plan.json", "-o", "xml")).isEqualTo(2);
        assertThat(caller.err()).doesNotContain("\tat ");
    }

    @Test
    void a_port_in_use_is_named() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String data = caller.directory().resolve("ports").toString();
            String port = String.valueOf(taken.getLocalPort());

            assertThat(caller.call("dev", "--data-dir", data, "--postgres-port", port))
                    .isEqualTo(2);
            assertThat(caller.err()).contains("port " + port);
            assertThatOneSentenceWasTold();

            assertThat(caller.call("dev", "--data-dir", data, "--port", port)).isEqualTo(2);
            assertThat(caller.err()).contains("port " + port);
            assertThatOneSentenceWasTold();
            assertThat(Files.exists(Path.of(data, "stack.json"))).isFalse();
        }
    }

    @Test
    void each_command_has_help_with_an_example() {
        for (String command : Json.parse(
                        "[\"init\",\"run\",\"submit\",\"watch\",\"status\",\"cancel\",\"tasks\",\"events\","
                                + "\"checkpoints\",\"dev\",\"migrate\",\"psql\",\"scheduler\",\"worker\",\"timer\",\"server\",\"all\"]")
                .elements()
                .stream()
                .map(Json::asText)
                .toList()) {
            assertThat(caller.call(command, "--help")).as(command).isZero();
            assertThat(caller.out()).as(command).contains("Example", "--output");
        }
    }

    private static String refusal(Map<String, String> environment) {
        try (TestCaller remote = new TestCaller(environment)) {
            assertThat(remote.call("status")).isEqualTo(2);
            assertThat(remote.err()).hasLineCount(1);
            return remote.err();
        }
    }

    private void assertThatOneSentenceWasTold() {
        assertThat(caller.err()).startsWith("orchestrator: ").doesNotContain("\tat ", "Exception");
        assertThat(caller.out()).isEmpty();
    }
}
