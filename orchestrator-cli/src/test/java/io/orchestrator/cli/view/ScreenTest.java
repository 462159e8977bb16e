package io.orchestrator.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(written, true, StandardCharsets.UTF_8));

    @Test
    void a_block_is_drawn_over_the_one_before() {
        screen.show(List.of("one", "two"));
        written.reset();
        screen.show(List.of("three"));

        assertThat(written()).isEqualTo("\033[2A\r\033[Jthree\n");
    }

    @Test
    void nothing_is_written_where_nothing_has_changed() {
        screen.show(List.of("one"));
        written.reset();
        screen.show(List.of("one"));

        assertThat(written()).isEmpty();
    }

    @Test
    void whole_lines_of_others_appear_above_the_block() {
        screen.show(List.of("block"));
        written.reset();
        try (PrintStream above = screen.above()) {
            above.print("a warn");
            assertThat(written()).isEmpty();
            above.print("ing\n");
        }

        assertThat(written()).isEqualTo("\033[1A\r\033[Ja warning\nblock\n");
    }

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
