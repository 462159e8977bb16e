package io.orchestrator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a newcomer reads first is what there is. */
class ReadmeTest {
    private static final String README = file("README.md");
    private static final int FIRST_SCREEN_LINES = 60;

    @Test
    void its_plan_is_that_of_the_example_and_short() {
        String plan = block("json").getFirst();

        assertThat(Json.parse(plan)).isEqualTo(Json.parse(file("examples/repo-audit/plan.json")));
        assertThat(plan.lines().count()).isBetween(15L, 25L);
    }

    @Test
    void its_agent_is_one_that_the_build_compiles() {
        String shown = block("java").getFirst();

        assertThat(shown.lines().limit(shown.lines().count() - 1))
                .as("all but the end of the class")
                .allSatisfy(line -> assertThat(file("examples/src/main/java/io/orchestrator/examples/Greeter.java"))
                        .contains(line.strip()));
    }

    @Test
    void the_first_screen_has_the_plan_the_commands_and_what_surviving_looks_like() {
        assertThat(README.lines().limit(FIRST_SCREEN_LINES))
                .anyMatch(line -> line.startsWith("./orchestrator run examples/repo-audit/plan.json --input path=."))
                .anyMatch(line -> line.startsWith("mvn verify"))
                .anyMatch(line -> line.contains("kill -9"))
                .anyMatch(line -> line.contains("./orchestrator watch"));
    }

    private static List<String> block(String language) {
        Matcher blocks =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(README);
        return blocks.results().map(result -> result.group(1)).toList();
    }

    private static String file(String path) {
        return SourceTree.FILES.stream()
                .filter(file -> file.path().equals(path))
                .map(TextFile::text)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + path));
    }
}
