package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSplitterTest {
    private static List<String> split(String text, int chunk) {
        List<String> seen = new ArrayList<>();
        LineSplitter splitter = new LineSplitter(8, new LineSplitter.Sink() {
            @Override
            public void line(byte[] line) {
                seen.add(new String(line, StandardCharsets.UTF_8));
            }

            @Override
            public void tooLong(byte[] head) {
                seen.add(new String(head, StandardCharsets.UTF_8) + "+");
            }
        });
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i += chunk) {
            byte[] part = java.util.Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + chunk));
            splitter.feed(part, part.length);
        }
        splitter.finish();
        return seen;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void lines_are_the_same_however_the_bytes_arrive(int chunk) {
        assertThat(split("one\n\ntwo\n12345678\n123456789\nend", chunk))
                .containsExactly("one", "", "two", "12345678", "12345678+", "9", "end");
    }

    @Test
    void no_line_is_invented_at_the_end() {
        assertThat(split("", 1)).isEmpty();
        assertThat(split("a\n", 1)).containsExactly("a");
    }
}
