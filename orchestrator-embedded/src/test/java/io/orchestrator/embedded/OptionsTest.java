package io.orchestrator.embedded;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    private static final Options OPTIONS = Options.defaults();

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void a_port_is_a_port(int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withPorts(port, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withPorts(0, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"port", "listen_addresses", "hba_file", "Work_Mem", "a b", "include 'x'"})
    void a_setting_that_breaks_the_stack_or_is_none_is_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withPostgresSettings(Map.of(name, "1")))
                .withMessageContaining(name);
    }

    @Test
    void a_value_stays_in_its_line() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withPostgresSettings(Map.of("work_mem", "1'\nfsync = off")));
    }

    @Test
    void a_timeout_is_positive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withTimeouts(Duration.ZERO, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONS.withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(-1)));
    }
}
