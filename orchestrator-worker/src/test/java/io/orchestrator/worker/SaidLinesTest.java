package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What an agent says, as lines. */
class SaidLinesTest {
    @Test
    void a_message_of_several_lines_is_several_lines() {
        assertThat(SaidLines.of("one")).containsExactly("one");
        assertThat(SaidLines.of("one\r\ntwo\n\nthree")).containsExactly("one", "two", "", "three");
        assertThat(SaidLines.of("")).containsExactly("");
    }

    @Test
    void a_line_that_is_too_long_is_cut_and_says_so() {
        String longest = "x".repeat(SaidLines.LONGEST_CHARS);
        assertThat(SaidLines.of(longest)).containsExactly(longest);
        assertThat(SaidLines.of(longest + "yy")).containsExactly(longest + "… (2 more characters)");
    }

    @Test
    void a_cut_leaves_no_half_of_a_character() {
        String text = "x".repeat(SaidLines.LONGEST_CHARS - 1) + "\uD83D\uDE00 end";
        assertThat(SaidLines.of(text))
                .containsExactly("x".repeat(SaidLines.LONGEST_CHARS - 1) + "… (6 more characters)");
    }
}
