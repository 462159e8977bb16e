package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentsFileTest {
    private static final String FULL = """
            {"agents": {"Lister": {"command": ["sh", "lister.sh", ""]}},
             "tools": {"Formatter": {"command": ["fmt"], "env": {"LANG": "C"}, "passEnv": ["HOME"], "control": true,
                       "graceMs": 0, "whenCutOff": "stop",
                       "breaker": {"failures": 3, "probes": 2}}}}
            """;

    @TempDir
    Path folder;

    @Test
    void programs_are_started_in_the_folder_of_the_file() throws IOException {
        AgentsFile agents = AgentsFile.read(Files.writeString(folder.resolve("agents.json"), FULL));
        assertThat(agents.agents())
                .isEqualTo(Map.of(
                        "Lister",
                        new ProgramDefinition(
                                TaskType.AGENT,
                                "Lister",
                                List.of("sh", "lister.sh", ""),
                                folder,
                                Map.of(),
                                List.of(),
                                false,
                                Duration.ofSeconds(10),
                                WhenCutOff.FREEZE,
                                Optional.empty())));
        assertThat(agents.tools())
                .isEqualTo(Map.of(
                        "Formatter",
                        new ProgramDefinition(
                                TaskType.TOOL,
                                "Formatter",
                                List.of("fmt"),
                                folder,
                                Map.of("LANG", "C"),
                                List.of("HOME"),
                                true,
                                Duration.ZERO,
                                WhenCutOff.STOP,
                                Optional.of(new BreakerRule(3, BreakerRule.DEFAULT_WAIT, 2)))));
    }

    @Test
    void stored_definitions_are_read_again_with_their_folders() {
        AgentsFile agents = AgentsFile.parse(Json.parse(FULL), folder);
        assertThat(AgentsFile.fromJson(Json.parse(agents.toJson().toString()))).isEqualTo(agents);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'agents': {'A': {}}}                                     | /agents/A             | no field \"command\"
            {'agents': {'A': {'command': []}}}                        | /agents/A/command     | an empty array
            {'agents': {'A': {'command': 'sh x'}}}                    | /agents/A/command     | the string \"sh x\"
            {'agents': {'A': {'command': ['']}}}                      | /agents/A/command/0   | the string \"\"
            {'agents': {'A': {'command': ['sh', 1]}}}                 | /agents/A/command/1   | the number 1
            {'agents': {'A': {'command': ['a\\u0000b']}}}             | /agents/A/command/0   | a string with the character NUL (\\u0000), which cannot be stored
            {'agents': {'A': {'comand': ['x'], 'command': ['x']}}}    | /agents/A/comand      | the unknown field \"comand\"
            {'agents': {'A.B': {'command': ['x']}}}                   | /agents/A.B           | the unknown field \"A.B\"
            {'agents': {'A': {'command': ['x'], 'graceMs': -1}}}      | /agents/A/graceMs     | the number -1
            {'agents': {'A': {'command': ['x'], 'whenCutOff': 'go on'}}} | /agents/A/whenCutOff | the string \"go on\"
            {'agents': {'A': {'command': ['x'], 'env': {'A-B': ''}}}} | /agents/A/env/A-B     | the unknown field \"A-B\"
            {'agents': {'A': {'command': ['x'], 'env': {'ORCHESTRATOR_X': ''}}}} | /agents/A/env/ORCHESTRATOR_X | the unknown field \"ORCHESTRATOR_X\"
            {'agents': {'A': {'command': ['x'], 'env': {'A': 1}}}}    | /agents/A/env/A       | the number 1
            {'agents': {'A': {'command': ['x'], 'passEnv': ['A=B']}}} | /agents/A/passEnv/0   | the string \"A=B\"
            {'agents': {'A': {'command': ['x'], 'directory': '/'}}}   | /agents/A/directory   | the unknown field \"directory\"
            {}                                                        | ''                    | an empty object
            """, quoteCharacter = '`')
    void a_bad_file_is_refused_with_the_place_and_what_was_found(String document, String pointer, String found) {
        Json json = Json.parse(document.replace('\'', '"'));
        var refusal = catchThrowableOfType(InvalidAgentsFileException.class, () -> AgentsFile.parse(json, folder));
        assertThat(refusal.faults())
                .extracting(PlanFault::pointer, PlanFault::found)
                .containsExactly(tuple(pointer.replace("''", ""), found));
    }

    @Test
    void a_file_that_cannot_be_read_is_named_with_the_reason() throws IOException {
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> AgentsFile.read(missing))
                .isInstanceOf(InvalidAgentsFileException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> AgentsFile.read(folder)).isInstanceOf(InvalidAgentsFileException.class);
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\n  oops\n}");
        assertThatThrownBy(() -> AgentsFile.read(broken))
                .isInstanceOf(InvalidAgentsFileException.class)
                .hasMessageContaining(broken.toString())
                .hasMessageContaining("line 2, column");
        Path binary = Files.write(folder.resolve("binary.json"), new byte[] {(byte) 0xff, 0, 1});
        assertThatThrownBy(() -> AgentsFile.read(binary)).hasMessageContaining("bytes that are not UTF-8");
        Path large = Files.writeString(folder.resolve("large.json"), "é".repeat(1 << 20));
        assertThatThrownBy(() -> AgentsFile.read(large)).hasMessageContaining("at most 1 MiB");
    }
}
