package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SystemTextTest {
    private final SystemText utf8 = SystemText.of(StandardCharsets.UTF_8);
    private final SystemText ascii = SystemText.of(StandardCharsets.US_ASCII);
    private final SystemText latin = SystemText.of(StandardCharsets.ISO_8859_1);

    @Test
    void in_utf8_only_what_could_not_be_read_is_damaged() {
        assertThat(utf8.isIntact("Mü 日本 🙂")).isTrue();
        assertThat(utf8.isIntact("M\uFFFD")).isFalse();
    }

    @Test
    void in_any_other_charset_only_ascii_is_certain() {
        assertThat(ascii.isIntact("plan.json")).isTrue();
        assertThat(ascii.isIntact("M\uFFFD\uFFFD")).isFalse();
        // What the two bytes of an ü in UTF-8 look like there.
        assertThat(latin.isIntact("MÃ¼")).isFalse();
    }

    @Test
    void what_the_system_cannot_be_given_is_known() {
        assertThat(utf8.canExpress("grün 日本 🙂")).isTrue();
        assertThat(utf8.canExpress("half of a pair: \uD83D")).isFalse();
        assertThat(ascii.canExpress("gr?n")).isTrue();
        assertThat(ascii.canExpress("grün")).isFalse();
    }

    @Test
    void the_reason_says_what_to_do() {
        assertThat(ascii.reason()).contains("US-ASCII", "LC_ALL=C.UTF-8");
        assertThat(utf8.reason()).contains("not valid in UTF-8");
    }

    @Test
    void programs_see_the_locale_that_the_user_had() {
        Map<String, String> own = Map.of("LC_ALL", "C.UTF-8", "LANG", "de_DE", "ORCHESTRATOR_LC_ALL", "");
        assertThat(ChildEnvironment.withUsersLocale(own))
                .doesNotContainKey("LC_ALL")
                .containsEntry("LANG", "de_DE");
        assertThat(ChildEnvironment.withUsersLocale(Map.of("LC_ALL", "C.UTF-8", "ORCHESTRATOR_LC_ALL", "POSIX")))
                .containsEntry("LC_ALL", "POSIX");
        assertThat(ChildEnvironment.withUsersLocale(Map.of("LC_ALL", "de_DE.UTF-8")))
                .containsEntry("LC_ALL", "de_DE.UTF-8");
    }
}
