package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTextTest {
    @Test
    void percent_signs_stand_for_bytes_of_utf_8() {
        assertThat(PercentText.decoded("/a+b/%C3%a4%20x")).contains("/a+b/ä x");
        assertThat(PercentText.decoded("%F0%9F%98%80")).contains("😀");
        assertThat(PercentText.ofHeader("k\u00c3\u00a4se")).contains("käse");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%-1", "%ff", "%c3%28", "%ED%A0%80", "%C0%80"})
    void other_bytes_are_no_text(String raw) {
        assertThat(PercentText.decoded("a" + raw)).isEmpty();
    }
}
