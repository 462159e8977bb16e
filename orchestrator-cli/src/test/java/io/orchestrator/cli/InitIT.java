package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.json.Json;
import io.orchestrator.worker.program.SystemText;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What is written to begin with runs as it is written, by the commands that are told. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InitIT {
    private final TestCaller caller = new TestCaller(Map.of());
    private final String data = caller.directory().resolve("data").toString();
    private Stack shared;

    @BeforeAll
    void openServers() {
        shared = TestStacks.open(data);
    }

    @AfterAll
    void closeServers() {
        shared.close();
        caller.close();
    }

    private List<String> init(String... arguments) {
        List<String> command = new ArrayList<>(List.of("init"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-o", "json"));
        assertThat(caller.call(command.toArray(new String[0]))).as(caller.err()).isZero();
        return Json.parse(caller.out()).get("next").orElseThrow().elements().stream()
                .map(Json::asText)
                .toList();
    }

    /** A command as it was told: {@code orchestrator run …}. */
    private void runs(String told) {
        List<String> command = new ArrayList<>(List.of(told.split(" ")));
        assertThat(command.removeFirst()).isEqualTo("orchestrator");
        command.addAll(List.of("--data-dir", data, "--progress", "none"));

        assertThat(caller.call(command.toArray(new String[0]))).as(caller.err()).isZero();
        assertThat(caller.out()).contains("completed", "Hello, Ada");
    }

    private int sh(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script)
                .directory(caller.directory().toFile())
                .inheritIO();
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_"));
        builder.environment().put("LANG", "C");
        return builder.start().waitFor();
    }

    @Test
    void an_agent_in_shell() {
        List<String> next = init("first");
        assertThat(next).hasSize(1);
        runs(next.getFirst());
    }

    @Test
    void an_agent_in_python() throws IOException, InterruptedException {
        assumeTrue(sh("command -v python3") == 0, "python3 is not installed");
        runs(init("in/python", "--language", "python").getFirst());
    }

    @Test
    void an_agent_in_java() throws IOException, InterruptedException {
        assumeTrue(SystemText.ofThisProcess().canExpress("ä"), "this test cannot name its own files");
        List<String> next = init("in Jävä", "--language", "java");
        assertThat(next)
                .containsExactly(
                        "sh 'in Jävä/build.sh'",
                        "ORCHESTRATOR_CLASSPATH='in Jävä/classes' orchestrator run 'in Jävä/plan.json' --input name=Ada");

        int compiled = sh(next.getFirst());
        assertThat(compiled).isZero();

        // As the launcher does it: behind the program's own jars.
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        URL classes = caller.directory().resolve("in Jävä/classes/").toUri().toURL();
        try (URLClassLoader withAgent = new URLClassLoader(new URL[] {classes}, before)) {
            thread.setContextClassLoader(withAgent);
            assertThat(caller.call(
                            "run",
                            "in Jävä/plan.json",
                            "--input",
                            "name=Ada",
                            "--data-dir",
                            data,
                            "--progress",
                            "none"))
                    .as(caller.err())
                    .isZero();
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(caller.out()).contains("completed", "Hello, Ada");
    }

    @Test
    void nothing_is_overwritten_and_nothing_is_half_written() {
        caller.write("taken/agents.json", "mine");

        assertThat(caller.call("init", "taken")).isEqualTo(2);

        assertThat(caller.err()).contains("agents.json is there already").hasLineCount(1);
        assertThat(caller.directory().resolve("taken/plan.json")).doesNotExist();
        assertThat(caller.directory().resolve("taken/agents.json")).hasContent("mine");
    }

    @Test
    void people_are_told_what_was_written_and_what_to_run_next() {
        assertThat(caller.call("init", "told")).isZero();
        assertThat(caller.out().lines())
                .containsExactly(
                        "wrote told/plan.json, told/agents.json, told/greeter.sh",
                        "run it:",
                        "  orchestrator run told/plan.json --input name=Ada");

        caller.write("a-file", "");
        assertThat(caller.call("init", "a-file/below")).isEqualTo(2);
        assertThat(caller.err()).contains("cannot write to").doesNotContain("\tat ");
        assertThat(caller.call("init", "x", "--language", "cobol")).isEqualTo(2);
    }
}
