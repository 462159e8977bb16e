package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The diagrams of {@code docs/lifecycles.md} are the declared tables. With {@code -Ddocs.regenerate=true} the diagrams are
 * written anew instead; the words around them are written by hand.
 */
class LifecycleDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "lifecycles.md");

    private static final Map<String, Lifecycle<?, ?>> TABLES =
            Map.of("tasks", TaskLifecycle.TABLE, "phases", StageLifecycle.PHASE, "runs", StageLifecycle.RUN);

    @Test
    void the_diagrams_are_the_declared_tables() throws IOException {
        String committed = Files.readString(DOCUMENT);
        String current = committed;
        for (var table : TABLES.entrySet()) {
            current = withDiagram(current, table.getKey(), table.getValue().diagram());
        }
        if (Boolean.getBoolean("docs.regenerate")) {
            Files.writeString(DOCUMENT, current);
            committed = current;
        }
        assertThat(committed)
                .as("docs/lifecycles.md differs from the declared tables; write it anew with"
                        + " mvn -pl orchestrator-core -am test -Dtest=LifecycleDocumentTest -Ddocs.regenerate=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .isEqualTo(current);
    }

    private static String withDiagram(String document, String name, String diagram) {
        Matcher block = Pattern.compile("(<!-- " + name + " -->\\R```mermaid\\R).*?(?=```)", Pattern.DOTALL)
                .matcher(document);
        assertThat(block.find())
                .as("a Mermaid block marked '%s' in %s", name, DOCUMENT)
                .isTrue();
        return block.replaceFirst("$1" + Matcher.quoteReplacement(diagram));
    }
}
