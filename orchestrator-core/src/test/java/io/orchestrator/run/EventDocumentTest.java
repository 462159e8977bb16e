package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/events.md} explains each kind of event, and each field of its data, and no others. */
class EventDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "events.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z_]+\\.[a-z_]+)` \\|[^|]+\\|([^|]*)\\|$", Pattern.MULTILINE);
    private static final Pattern FIELD = Pattern.compile("`(\\w+)`");

    @Test
    void each_kind_is_explained_with_the_fields_of_its_data() throws IOException {
        Map<String, List<String>> explained = new TreeMap<>();
        ROW.matcher(Files.readString(DOCUMENT))
                .results()
                .forEach(row -> assertThat(explained.put(row.group(1), fields(row.group(2))))
                        .as("%s is explained twice", row.group(1))
                        .isNull());
        Map<String, List<String>> declared = new TreeMap<>();
        Arrays.stream(EventKind.values())
                .forEach(kind -> declared.put(
                        kind.wire(), kind.fields().stream().sorted().toList()));
        assertThat(explained).as("docs/events.md, against EventKind").isEqualTo(declared);
    }

    @Test
    void a_word_of_another_version_is_no_kind() {
        assertThat(EventKind.of("task.completed")).contains(EventKind.TASK_COMPLETED);
        assertThat(EventKind.of("task.teleported")).isEmpty();
    }

    private static List<String> fields(String data) {
        return FIELD.matcher(data)
                .results()
                .map((MatchResult field) -> field.group(1))
                .sorted()
                .toList();
    }
}
