package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserGuardTest {
    private final BrowserGuard onLoopback = new BrowserGuard(true);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "127.1.2.3"})
    void names_of_loopback_are_served(String host) {
        assertThatCode(() -> onLoopback.check(host, null)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example", "10.0.0.1:8080"})
    void a_name_that_somebody_let_point_here_is_refused(String host) {
        RequestRefused refused = catchThrowableOfType(RequestRefused.class, () -> onLoopback.check(host, null));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("foreign_host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "https://127.0.0.1:8080", "http://127.0.0.1:8081"})
    void a_page_of_another_origin_is_refused(String origin) {
        RequestRefused refused =
                catchThrowableOfType(RequestRefused.class, () -> onLoopback.check("127.0.0.1:8080", origin));

        assertThat(refused.code()).isEqualTo("foreign_origin");
    }

    @Test
    void a_page_of_this_server_is_served() {
        assertThatCode(() -> onLoopback.check("127.0.0.1:8080", "http://127.0.0.1:8080"))
                .doesNotThrowAnyException();
    }

    @Test
    void beyond_loopback_any_name_is_served() {
        assertThatCode(() -> new BrowserGuard(false).check("orchestrator.internal:8080", null))
                .doesNotThrowAnyException();
    }
}
