package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The texts by which {@link MutantsIT} knows statements are in statements: whoever changes one learns it at once. */
class PlantedTextsTest {
    private static final Path STATEMENTS = Path.of("../orchestrator-core/src/main/java/io/orchestrator/store/postgres");

    static Stream<String> texts() {
        return Stream.concat(Stream.of(FenceMutant.values()).map(FenceMutant::text), MutantsIT.TEXTS.stream());
    }

    @ParameterizedTest
    @MethodSource("texts")
    void every_planted_text_is_in_a_statement(String text) throws IOException {
        try (Stream<Path> files = Files.list(STATEMENTS)) {
            List<Path> with = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> read(file).contains(text))
                    .toList();
            assertThat(with).as("files with: %s", text).isNotEmpty();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
