package io.orchestrator.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StorableTextTest {
    @Test
    void nul_and_halves_of_pairs_are_replaced_and_whole_pairs_stay() {
        assertThat(StorableText.characters("a\0b\ud800c\ude00d😀")).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd😀");
        String good = "äöü 😀\n";
        assertThat(StorableText.characters(good)).isSameAs(good);
    }

    @Test
    void a_long_message_keeps_its_beginning_and_its_end() {
        String message = StorableText.message("begin " + "x".repeat(1_000_000) + " end");
        assertThat(message)
                .startsWith("begin ")
                .endsWith(" end")
                .contains("characters left out")
                .hasSize(StorageLimits.LONGEST_TEXT);
        String longest = "y".repeat(StorageLimits.LONGEST_TEXT);
        assertThat(StorableText.message(longest)).isSameAs(longest);
    }

    @Test
    void a_name_comes_back_as_it_is_or_is_refused() {
        assertThat(StorableText.faultOfName("the key", "k".repeat(500))).isEmpty();
        assertThat(StorableText.faultOfName("the key", "k".repeat(501)))
                .contains("the key has 501 characters, at most 500 can be stored");
        assertThat(StorableText.faultOfName("the key", "a\0")).isPresent();
        assertThat(StorableText.faultOfName("the key", "\ud83d")).isPresent();
    }

    @Test
    void a_document_is_mended_at_every_depth_and_loses_nothing_by_it() {
        Json mended = StorableText.document(Json.of(Map.of("a\0", List.of("\0", Double.NaN, 1e120))));
        assertThat(mended).isEqualTo(Json.parse("{\"a\uFFFD\": [\"\uFFFD\", \"NaN\", 1e120]}"));
        Json twoNames = StorableText.document(Json.object("\0", 1, "\uFFFD", 2));
        assertThat(twoNames.size()).isEqualTo(2);
        assertThat(UnstorableValue.first(twoNames)).isPresent();
    }
}
