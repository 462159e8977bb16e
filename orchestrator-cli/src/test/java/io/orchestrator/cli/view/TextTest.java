package io.orchestrator.cli.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "PT-5S,         0.0s",
        "PT0.399S,      0.3s",
        "PT9.99S,       9.9s",
        "PT59.9S,       59s",
        "PT1M,          1m 00s",
        "PT59M59S,      59m 59s",
        "PT2H14M9S,     2h 14m",
        "PT50H,         2d 02h"
    })
    void durations_have_two_units_at_most(Duration duration, String text) {
        assertThat(Elapsed.text(duration)).isEqualTo(text);
    }

    @Test
    void a_failure_on_one_line_keeps_what_failed_and_why_and_no_frames_of_a_trace() {
        String error = "agent 'A' failed with exit code 1; its stderr ends with:\n"
                + "warming up\n".repeat(50)
                + "Exception in thread \"main\" java.lang.IllegalStateException: no\n"
                + "\tat a.B.c(B.java:1)\n".repeat(30)
                + "Caused by: java.io.IOException: disk full\n\tat a.D.e(D.java:2)\n\t... 3 more";
        assertThat(Shortened.ends(error, 200))
                .startsWith("agent 'A' failed with exit code 1; its stderr ends with: warming up")
                .endsWith("IllegalStateException: no Caused by: java.io.IOException: disk full")
                .hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void a_cut_line_is_exactly_as_wide_as_allowed_and_splits_no_character() {
        assertThat(Shortened.line("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Shortened.line("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Shortened.line("😀😀😀😀", 3)).isEqualTo("😀😀…");
        assertThat(Shortened.line("abc", 0)).isEmpty();
    }

    @Test
    void a_cost_below_a_cent_does_not_look_free() {
        assertThat(Spend.text(new Usage(0, new BigDecimal("0.0001"), 0))).isEqualTo("$0.01");
        assertThat(Spend.text(Usage.NONE)).isEqualTo("nothing");
    }

    @Test
    void columns_of_a_table_are_aligned_and_cut() {
        Table table = new Table(5, "A", "B").row("123456789", "x").row("1", "y");

        assertThat(table.lines()).containsExactly("A      B", "1234…  x", "1      y");
    }

    @Test
    void a_row_has_as_many_cells_as_the_header() {
        assertThatThrownBy(() -> new Table(5, "A", "B").row("1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_bar_is_full_only_at_the_end() {
        assertThat(Progress.bar(0, 4)).isEqualTo("[----]");
        assertThat(Progress.bar(0.99, 4)).isEqualTo("[###-]");
        assertThat(Progress.bar(1, 4)).isEqualTo("[####]");
    }
}
