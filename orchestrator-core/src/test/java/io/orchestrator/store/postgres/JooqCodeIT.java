package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.testing.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generates the jOOQ code from a database that the migrations were applied to, and compares it with what is committed.
 * With {@code -Djooq.regenerate=true} it writes the committed code anew instead.
 */
class JooqCodeIT {
    private static final String PACKAGE = "io.orchestrator.store.postgres.jooq";
    private static final Path COMMITTED = Path.of("src/main/java/io/orchestrator/store/postgres/jooq");

    @Test
    void the_committed_code_is_what_the_migrations_generate(@TempDir Path generated) throws Exception {
        generate(generated);
        Path code = generated.resolve(PACKAGE.replace('.', '/'));
        if (Boolean.getBoolean("jooq.regenerate")) {
            replace(code, COMMITTED);
        }
        assertThat(sources(COMMITTED))
                .as("the code differs from the migrations; CONTRIBUTING.md says how to regenerate it")
                .isEqualTo(sources(code));
    }

    private static void generate(Path directory) throws Exception {
        DatabaseUrl url = TestServers.newDatabase();
        GenerationTool.generate(new Configuration()
                .withJdbc(new Jdbc()
                        .withDriver("org.postgresql.Driver")
                        .withUrl(url.jdbc())
                        .withUser(url.user().orElse(""))
                        .withPassword(url.password().orElse("")))
                .withGenerator(new Generator()
                        .withDatabase(new Database()
                                .withName("org.jooq.meta.postgres.PostgresDatabase")
                                .withInputSchema("public")
                                .withOutputSchemaToDefault(true)
                                .withExcludes("flyway_schema_history|events_.*"))
                        .withGenerate(new Generate()
                                .withRecords(false)
                                .withRelations(true)
                                .withGeneratedAnnotation(false)
                                .withComments(false)
                                .withJavadoc(false)
                                .withGlobalObjectReferences(true))
                        .withTarget(new Target().withPackageName(PACKAGE).withDirectory(directory.toString()))));
    }

    private static Map<String, String> sources(Path root) throws IOException {
        Map<String, String> result = new TreeMap<>();
        if (Files.isDirectory(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    result.put(root.relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return result;
    }

    private static void replace(Path from, Path to) throws IOException {
        if (Files.isDirectory(to)) {
            try (Stream<Path> old = Files.walk(to)) {
                for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        for (Map.Entry<String, String> source : sources(from).entrySet()) {
            Path file = to.resolve(source.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
        }
    }
}
