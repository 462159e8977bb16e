package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.json.Json;
import io.orchestrator.worker.program.SystemText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Texts arrive as they were given, or not at all: the program as it is started by the launcher, and by others. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocaleIT {
    /** What the launcher makes of an environment without a locale. */
    private static final Map<String, String> BY_LAUNCHER = Map.of("LC_ALL", "C.UTF-8", "ORCHESTRATOR_LC_ALL", "");

    private static final String PLAN =
            "{\"name\":\"locale\",\"phases\":[{\"phase\":\"CHECK\",\"parallelism\":4,\"agents\":[\"Show\",\"Arg\",\"Env\",\"Own\"]}]}";

    private static final String AGENTS = """
            {"agents": {
              "Show": {"command": ["sh", "-c", "head -n 1 | grep -o '\\"input\\":{[^}]*}'"]},
              "Arg": {"command": ["printf", "%s", "grün 日本"]},
              "Env": {"command": ["sh", "-c", "printf %s \\"$GREETING $ORCHESTRATOR_PHASE $ORCHESTRATOR_CALLER_DIR\\""],
                      "env": {"GREETING": "grüß 日本"}},
              "Own": {"command": ["sh", "-c", "printf %s \\"${LC_ALL-unset}/${LANG-unset} $FOREIGN\\" | od -An -tx1 | tr -d ' \\\\n'"],
                      "passEnv": ["FOREIGN"]}
            }}""";

    private final TestCaller caller = new TestCaller(Map.of());
    private Path directory = Path.of("/");

    @BeforeAll
    void writeFiles() throws IOException {
        assumeTrue(SystemText.ofThisProcess().canExpress("ü"), "these tests cannot name their own files");
        directory = Files.createDirectory(caller.directory().resolve("Büro"));
        for (Path file :
                List.of(directory.resolve("plän.json"), caller.directory().resolve("plan.json"))) {
            Files.writeString(file, PLAN);
            Files.writeString(file.resolveSibling("agents.json"), AGENTS);
        }
    }

    @AfterAll
    void removeFiles() {
        caller.close();
    }

    /** Through a shell, which hands on bytes as they are. */
    private Called call(Map<String, String> environment, String script) throws IOException, InterruptedException {
        Path file = Files.createTempFile(caller.directory(), "call-", ".sh");
        Path out = Files.createTempFile(caller.directory(), "out-", ".txt");
        Path err = Files.createTempFile(caller.directory(), "err-", ".txt");
        Files.writeString(file, "cd B*ro\n" + script);
        List<String> command = new ArrayList<>(List.of("sh", file.toString()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(caller.directory().toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Called(code, Files.readString(out), Files.readString(err));
    }

    private record Called(int code, String out, String err) {}

    @Test
    void plans_inputs_arguments_variables_and_directories_arrive_as_they_were_given() throws Exception {
        Called run = call(BY_LAUNCHER, """
                FOREIGN=$(printf 'h\\374t') LANG=C; export FOREIGN LANG
                exec "$@" run "plän.json" -i path=/data/Müller --data-dir "Dätä" -o json
                """);

        assertThat(run.code()).as(run.err()).isZero();
        String all = run.out();
        assertThat(all).contains("/data/Müller", "grün 日本", "grüß 日本 CHECK " + directory.toRealPath());
        // The locale that the user had, and bytes that are no text in UTF-8.
        assertThat(all).contains(hex("unset/C h") + "fc" + hex("t"));
        assertThat(directory.resolve("Dätä")).isDirectory();
        assertThat(Json.parse(all).isObject()).isTrue();
    }

    private static String hex(String ascii) {
        StringBuilder hex = new StringBuilder();
        for (byte b : ascii.getBytes(StandardCharsets.US_ASCII)) {
            hex.append(Integer.toHexString(b));
        }
        return hex.toString();
    }

    @Test
    void without_a_locale_of_utf8_what_is_not_ascii_is_refused_and_never_damaged() throws Exception {
        for (String arguments : Arrays.asList(
                "run plän.json",
                "submit plan.json --key Mü",
                "run plan.json -i path=/data/Müller",
                "status --data-dir Dätä")) {
            Called refused = call(Map.of("LANG", "C"), "cd ..; exec \"$@\" " + arguments);

            assertThat(refused.code()).as(arguments).isEqualTo(2);
            assertThat(refused.err())
                    .startsWith("orchestrator: argument ")
                    .contains("LC_ALL=C.UTF-8")
                    .hasLineCount(1);
        }
        Called directoryRefused = call(Map.of("LANG", "C"), "exec \"$@\" run agents.json");
        assertThat(directoryRefused.code()).isEqualTo(2);
        assertThat(directoryRefused.err()).contains("the working directory", "LC_ALL=C.UTF-8");

        Called variable = call(
                Map.of("LANG", "C"),
                "cd ..; ORCHESTRATOR_DATA_DIR=$(printf 'D\\303\\244t'); export ORCHESTRATOR_DATA_DIR; exec \"$@\" status");
        assertThat(variable.code()).isEqualTo(2);
        assertThat(variable.err()).contains("the environment variable ORCHESTRATOR_DATA_DIR", "LC_ALL=C.UTF-8");
    }

    @Test
    void without_a_locale_of_utf8_agents_that_it_cannot_start_as_they_are_meant_are_refused() throws Exception {
        Called refused = call(Map.of("LANG", "C"), "cd ..; exec \"$@\" run plan.json --data-dir untouched");

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("agent 'Arg': \"command\" holds 'grün 日本'", "agent 'Env': \"env\" holds 'GREETING'")
                .contains("LC_ALL=C.UTF-8");
        assertThat(caller.directory().resolve("untouched")).doesNotExist();
    }

    @Test
    void bytes_that_are_not_utf8_are_refused_in_a_locale_of_utf8_too() throws Exception {
        Called refused = call(BY_LAUNCHER, "exec \"$@\" submit plän.json --key \"$(printf 'M\\374')\"");

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("argument 4, 'M\uFFFD', cannot be read", "not valid in UTF-8");
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void files_for_other_programs_have_the_digits_that_they_expect_whatever_the_users_language() throws Exception {
        Called run = call(
                Map.of("LC_ALL", "C.UTF-8", "JAVA_TOOL_OPTIONS", "-Duser.language=ar -Duser.country=EG"),
                "exec \"$@\" status --data-dir digits -o json");

        assertThat(run.code()).as(run.err()).isZero();
    }
}
