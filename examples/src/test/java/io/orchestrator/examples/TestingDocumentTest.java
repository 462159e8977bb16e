package io.orchestrator.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The code of docs/testing.md is code that runs: each of its blocks is a marked part of {@link OvernightPlanTest}. */
class TestingDocumentTest {
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PART = Pattern.compile("// docs:(?!end)\\w+\\n(.*?) *// docs:end", Pattern.DOTALL);

    private static List<String> found(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(match -> unindented(match.group(1)))
                .toList();
    }

    private static String unindented(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    @Test
    void each_block_of_code_is_a_part_of_a_test_that_runs() throws IOException {
        List<String> parts = found(PART, Path.of("src/test/java/io/orchestrator/examples/OvernightPlanTest.java"));
        assertThat(found(BLOCK, Path.of("../docs/testing.md"))).hasSize(4).containsExactlyElementsOf(parts);
    }
}
