package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaAgentsTest {
    @TempDir
    Path directory;

    @Test
    void jars_folders_and_all_jars_of_a_folder_may_be_named() throws IOException {
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(directory.resolve("agents.jar")))) {
            jar.putNextEntry(new ZipEntry("some.class"));
        }

        assertThat(discover("agents.jar" + File.pathSeparator + "." + File.pathSeparator + "./*"))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing.jar | names missing.jar, which is not there",
                "missing/*   | names missing/*, which is not there",
                ".:gone      | names gone, which is not there",
                "text.jar    | names text.jar, which is no jar",
            })
    void what_java_would_pass_over_in_silence_is_refused_with_its_name(String classPath, String told)
            throws IOException {
        Files.writeString(directory.resolve("text.jar"), "no zip at all");

        assertThatThrownBy(() -> discover(classPath.replace(":", File.pathSeparator)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("ORCHESTRATOR_CLASSPATH " + told)
                .hasMessageNotContaining("Exception");
    }

    private Object discover(String classPath) {
        return JavaAgents.discover(new Caller(
                System.out, System.err, Map.of("ORCHESTRATOR_CLASSPATH", classPath), directory, new Interruption()));
    }
}
