package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {
    private static final List<String> NAMES = List.of("phase", "phases", "agents", "needs", "timebox");

    @ParameterizedTest
    @CsvSource({"phsae,phase", "Phases,phases", "agnets,agents", "need,needs", "time_box,timebox", "timeBox,timebox"})
    void the_nearest_name_is_found(String written, String meant) {
        assertThat(DidYouMean.nearest(written, NAMES)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"colour", "x", "''"})
    void a_word_that_is_like_none_of_the_names_gives_no_hint(String written) {
        assertThat(DidYouMean.hint(written, NAMES)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'','',0", "abc,'',3", "abc,abc,0", "abc,acb,1", "kitten,sitting,3", "ca,abc,3"})
    void the_distance_counts_edits_and_swaps(String a, String b, int distance) {
        assertThat(DidYouMean.distance(a, b)).isEqualTo(distance);
    }

    @Test
    void a_word_that_is_too_long_is_not_compared() {
        String word = "x".repeat(101);
        assertThat(DidYouMean.nearest(word, List.of(word))).isEmpty();
    }
}
