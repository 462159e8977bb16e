package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoConnectionTest {
    @Test
    void the_reason_is_that_of_the_last_cause_in_words() {
        assertThat(reason(caused(new ConnectException("Connection refused")))).isEqualTo("Connection refused");
        assertThat(reason(caused(new UnknownHostException("no.such.host"))))
                .isEqualTo("there is no host 'no.such.host'");
        assertThat(reason(caused(new SocketTimeoutException("Read timed out")))).isEqualTo("no answer in time");
        assertThat(reason(caused(new SQLException("FATAL: password authentication failed for user \"me\"."))))
                .isEqualTo("FATAL: password authentication failed for user \"me\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(total=0, active=0, idle=0, waiting=0)  | no answer within 3 s",
                "(total=2, active=2, idle=0, waiting=1)  | no connection was free within 3 s (total=2, active=2, idle=0, waiting=1)"
            })
    void a_pool_that_waited_in_vain_does_not_show_its_own_words(String numbers, String reason) {
        String message = "orchestrator - Connection is not available, request timed out after 3001ms " + numbers;

        assertThat(reason(new SQLTransientConnectionException(message))).isEqualTo(reason);
    }

    private static SQLException caused(Exception root) {
        return new SQLTransientConnectionException(
                "orchestrator - Connection is not available, request timed out after 3001ms (total=0, active=0)",
                new SQLException("The connection attempt failed.", root));
    }

    private static String reason(SQLException failure) {
        return NoConnection.reason(failure, Duration.ofSeconds(3));
    }
}
