package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The example of the README on a tree whose totals are computed here, in another way. */
class RepoAuditIT {
    private static final int FILES = 230;

    private final TestCaller caller = new TestCaller(Map.of());
    private final Map<String, String> tree = new TreeMap<>();
    private Path example;

    @BeforeEach
    void makeTree() {
        example = Path.of("../examples/repo-audit").toAbsolutePath().normalize();
        for (int i = 0; i < FILES; i++) {
            String name =
                    i % 3 == 0 ? "src/A" + i + ".java" : i % 3 == 1 ? "docs/read me " + i + ".md" : "x/ü" + i + ".sh";
            String marks = i % 10 == 0 ? "// TODO number " + i + "\n" : "";
            tree.put(name, "line\n".repeat(i % 7) + marks);
        }
        tree.forEach((name, text) -> caller.write("tree/" + name, text));
    }

    @AfterEach
    void removeFiles() {
        caller.close();
    }

    @Test
    void its_report_is_right() throws Exception {
        int code = caller.call(
                "run",
                example.resolve("plan.json").toString(),
                "--input",
                "path=tree",
                "--data-dir",
                caller.directory().resolve("data").toString(),
                "-o",
                "json");

        assertThat(caller.err()).doesNotContain("Exception");
        assertThat(code).isZero();
        Json run = Json.parse(caller.out());
        Json report = output(run, "REPORT", "Reporter").getFirst();
        assertThat(report.get("files")).contains(Json.of(FILES));
        assertThat(report.get("hashed")).contains(Json.of(FILES));
        assertThat(report.get("lines")).contains(Json.of(lines()));
        assertThat(report.get("todos")).contains(Json.of(FILES / 10));
        assertThat(hashes(run)).isEqualTo(expectedHashes());
        assertThat(Files.readString(caller.directory().resolve("repo-audit-report.md")))
                .contains(String.valueOf(FILES), String.valueOf(lines()));
    }

    private long lines() {
        return tree.values().stream().mapToLong(text -> text.lines().count()).sum();
    }

    private static Map<String, String> hashes(Json run) {
        Map<String, String> result = new TreeMap<>();
        List<Json> shards = output(run, "ANALYSIS", "Hasher");
        assertThat(shards).hasSize(3);
        shards.forEach(shard -> shard.get("hashes")
                .orElseThrow()
                .elements()
                .forEach(entry -> result.put(
                        entry.text("file").orElseThrow(), entry.text("sha256").orElseThrow())));
        return result;
    }

    private Map<String, String> expectedHashes() throws Exception {
        Map<String, String> result = new TreeMap<>();
        for (Map.Entry<String, String> file : tree.entrySet()) {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(file.getValue().getBytes(StandardCharsets.UTF_8));
            result.put(file.getKey(), HexFormat.of().formatHex(digest));
        }
        return result;
    }

    private static List<Json> output(Json run, String phase, String name) {
        List<Json> outputs = new ArrayList<>();
        for (Json p : run.get("phases").orElseThrow().elements()) {
            for (Json task : p.get("tasks").orElseThrow().elements()) {
                if (p.text("phase").orElseThrow().equals(phase)
                        && task.text("target").orElseThrow().equals(name)) {
                    outputs.add(task.get("output").orElseThrow());
                }
            }
        }
        return outputs;
    }
}
