package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScriptTest {
    @ParameterizedTest
    @EnumSource(Script.class)
    void theHeaderSaysWhatTheEnumDeclares(Script script) {
        assertThat(header(script, "KEYS")).isEqualTo(declared(script.keys));
        assertThat(header(script, "ARGV")).isEqualTo(declared(script.arguments));
        assertThat(script.source).containsPattern("(?m)^-- returns +" + script.returns + ": ");
    }

    /** {@code 1 stream}, {@code 2.. streams}: the place and the first words of each line. */
    private static List<String> declared(List<String> names) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> names.get(i).endsWith("...")
                        ? (i + 1) + ".. " + names.get(i).replace("...", "")
                        : (i + 1) + " " + names.get(i))
                .toList();
    }

    private static List<String> header(Script script, String array) {
        Matcher lines = Pattern.compile("(?m)^-- " + array + "\\[(\\d+(?:\\.\\.)?)] +([a-z ]+)")
                .matcher(script.source);
        return lines.results()
                .map(line -> line.group(1) + " " + line.group(2).strip())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void theBodyUsesNothingThatIsNotDeclared(Script script) {
        Matcher used = Pattern.compile("(KEYS|ARGV)\\[(\\d+)]").matcher(script.source);
        while (used.find()) {
            List<String> declared = used.group(1).equals("KEYS") ? script.keys : script.arguments;
            assertThat(Integer.parseInt(used.group(2)))
                    .as(script.file + " uses " + used.group())
                    .isLessThanOrEqualTo(declared.size());
        }
    }

    @Test
    void everyFileIsBound() throws IOException, URISyntaxException {
        Path lua = Path.of(Script.class.getResource("lua").toURI());
        try (Stream<Path> files = Files.list(lua)) {
            assertThat(files.map(file -> "lua/" + file.getFileName()))
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(Script.values())
                            .map(script -> script.file)
                            .toList());
        }
    }

    @Test
    void aCallWithTheWrongNumberOfKeysOrArgumentsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.SETTLE.checkCounts(2, 2))
                .withMessageContaining("the keys [stream]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.SETTLE.checkCounts(1, 1))
                .withMessageContaining("the arguments [group, entry ids...]");
        Script.SETTLE.checkCounts(1, 2);
        Script.SETTLE.checkCounts(1, 200);
    }
}
