package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.orchestrator.store.DataRejected;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "28P01 | does not let this program in",
                "28000 | does not let this program in",
                "08004 | does not let this program in",
                "3D000 | no such database",
                "57P04 | no such database",
                "42501 | lacks a right",
                "42P01 | the tables of Orchestrator are not here",
                "3F000 | the tables of Orchestrator are not here",
            })
    void what_a_person_has_to_mend_is_told_as_what_it_is_and_is_no_outage(String state, String told) {
        assertThat(Failures.of(state, "FATAL: the reason", new SQLException()))
                .get()
                .isInstanceOf(StoreRefused.class)
                .extracting(Throwable::getMessage)
                .asString()
                .contains(told, "FATAL: the reason")
                .doesNotContain("went away");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08001", "08006", "08P01", "57P01", "57P02", "57P03", "57P05", "58030", "53100", "53200", "53300",
                "25P03", "40001", "40003", "40P01", "25006"
            })
    void what_passes_by_itself_is_an_outage(String state) {
        assertThat(Failures.of(state, "the reason", new SQLException()))
                .get()
                .isInstanceOf(StoreUnavailable.class)
                .isNotInstanceOf(StoreRefused.class)
                .isNotInstanceOf(StoreBusy.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"55P03", "57014", "25P04", "55006"})
    void a_server_that_answers_and_took_too_long_is_busy_and_not_away(String state) {
        assertThat(Failures.of(state, "the reason", new SQLException()))
                .get()
                .isInstanceOf(StoreBusy.class)
                .extracting(Throwable::getMessage)
                .asString()
                .contains("Postgres answers", "the reason", "pg_stat_activity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22P05", "22003", "23505"})
    void data_that_cannot_be_stored_is_neither(String state) {
        assertThat(Failures.of(state, "the reason", new SQLException())).get().isInstanceOf(DataRejected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"42601", "42703", "42P07", "42710", "42723", "42P06", "XX000", "0A000", "", "2"})
    void whatever_else_there_is_stays_as_it_is(String state) {
        assertThat(Failures.of(state, "the reason", new SQLException())).isEmpty();
    }

    @Test
    void a_standby_is_told_as_what_it_is() {
        assertThat(Failures.of("25006", "the reason", new SQLException()))
                .get()
                .extracting(Throwable::getMessage)
                .asString()
                .contains("takes no writes", "standby", "the reason", "name the primary");
    }

    @ParameterizedTest
    @CsvSource({"40001, true", "40P01, true", "55P03, false", "57014, false", "25006, false", "08006, false"})
    void only_what_two_transactions_did_to_each_other_is_tried_again_at_once(String state, boolean again) {
        assertThat(SqlStates.worthAnotherTry(state)).isEqualTo(again);
    }

    @Test
    void the_pool_that_waited_in_vain_tells_what_the_server_said() {
        SQLException pooled = new SQLTransientConnectionException(
                "not available", null, new SQLException("FATAL: password authentication failed", "28P01"));

        assertThat(Failures.noConnection(pooled, "password authentication failed"))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("does not let this program in: password authentication failed");
        assertThat(Failures.noConnection(new SQLTransientConnectionException("not available"), "no answer"))
                .isNotInstanceOf(StoreRefused.class)
                .hasMessage("Postgres does not answer: no answer");
        assertThat(Failures.noConnection(
                        new SQLException("sorry, too many clients already", "53300"), "too many clients"))
                .isNotInstanceOf(StoreRefused.class)
                .hasMessage("Postgres has run out of something: too many clients");
        assertThat(Failures.noConnection(new SQLException("starting up", "57P03"), "starting up"))
                .hasMessage("Postgres does not answer: starting up");
    }

    @Test
    void a_certificate_that_is_not_trusted_is_no_outage() {
        SQLException failure =
                new SQLException("SSL error", "08006", new SSLHandshakeException("PKIX path building failed"));

        assertThat(Failures.noConnection(failure, "PKIX path building failed"))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("no TLS with Postgres: PKIX path building failed")
                .hasMessageContaining("sslrootcert");
    }

    @Test
    void a_postgres_that_is_too_old_is_refused_with_the_version_that_is_needed() {
        assertThatExceptionOfType(StoreRefused.class)
                .isThrownBy(() -> PostgresCheck.requireVersion(140_022))
                .withMessage("this Postgres is version 14.22; expected 15 or newer. Upgrade it");
        assertThatNoException().isThrownBy(() -> PostgresCheck.requireVersion(150_018));
        assertThatNoException().isThrownBy(() -> PostgresCheck.requireVersion(190_000));
    }
}
