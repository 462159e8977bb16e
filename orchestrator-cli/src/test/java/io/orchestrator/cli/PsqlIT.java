package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PsqlIT {
    /** In the place of psql: writes down how it was called. */
    private static final String STUB = """
            #!/bin/sh
            printf '%s\\n' "$PGPASSWORD" "$@" >called
            exit 5
            """;

    private static TestCaller caller() {
        TestCaller files = new TestCaller(Map.of());
        Path psql = files.write("bin/psql", STUB);
        assertThat(psql.toFile().setExecutable(true)).isTrue();
        files.write("empty/nothing", "");
        return files;
    }

    private static int call(TestCaller files, Map<String, String> environment, String... args) {
        return Main.execute(
                new Caller(
                        files.caller().out(), files.caller().err(), environment, files.directory(), new Interruption()),
                args);
    }

    @Test
    void it_gets_the_place_and_the_password_apart_and_whatever_stands_behind_two_dashes() throws Exception {
        try (TestCaller files = caller()) {
            Map<String, String> environment = Map.of(
                    "PATH",
                    files.directory().resolve("bin").toString(),
                    "DATABASE_URL",
                    "postgresql://me:hunter2@h1,h2:6/db?currentSchema=mine");

            assertThat(call(files, environment, "psql", "--", "-c", "SELECT 1")).isEqualTo(5);
            assertThat(Files.readAllLines(files.directory().resolve("called")))
                    .containsExactly(
                            "hunter2",
                            "--dbname=postgresql://me@h1:5432,h2:6/db?options=-csearch_path%3Dmine"
                                    + "&target_session_attrs=read-write",
                            "-c",
                            "SELECT 1");
        }
    }

    @Test
    void the_embedded_postgres_runs_as_long_as_psql_does() throws Exception {
        try (TestCaller files = caller()) {
            Map<String, String> environment =
                    Map.of("PATH", files.directory().resolve("bin").toString());

            assertThat(call(files, environment, "psql", "--data-dir", "data")).isEqualTo(5);
            List<String> called = Files.readAllLines(files.directory().resolve("called"));
            assertThat(called.getFirst()).isNotBlank();
            assertThat(called.getLast()).startsWith("--dbname=postgresql://").contains("@127.0.0.1:");
        }
    }

    @Test
    void where_there_is_none_it_says_what_to_install_and_how_to_connect() throws Exception {
        try (TestCaller files = caller()) {
            Map<String, String> environment = Map.of(
                    "PATH",
                    files.directory().resolve("empty").toString(),
                    "DATABASE_URL",
                    "postgresql://me:hunter2@h/db");

            assertThat(call(files, environment, "psql")).isEqualTo(2);
            assertThat(files.err())
                    .contains("postgresql-client", "postgresql://me@h:5432/db")
                    .doesNotContain("hunter2");
        }
    }
}
