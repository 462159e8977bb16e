package io.orchestrator.store.postgres;

import io.orchestrator.store.DataRejected;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Makes of what Postgres or its driver says the exceptions that callers act on, with what people can do about it. */
final class Failures {
    private Failures() {}

    /** What the callers of the store get to see; empty for what they cannot have expected. */
    static Optional<RuntimeException> of(String state, String reason, Throwable cause) {
        return switch (SqlStates.of(state)) {
            case AWAY, TRY_AGAIN -> Optional.of(new StoreUnavailable("Postgres went away: " + reason, cause));
            case BUSY ->
                Optional.of(new StoreBusy(
                        "Postgres answers, but what this needs is held by another session, or takes too long: " + reason
                                + ". Who holds what: SELECT pid, query, xact_start FROM pg_stat_activity ORDER BY xact_start",
                        cause));
            case EXHAUSTED -> Optional.of(new StoreUnavailable("Postgres has run out of something: " + reason, cause));
            case BAD_DATA -> Optional.of(new DataRejected(reason, cause));
            case NO_LOGIN ->
                refused(
                        "Postgres does not let this program in: " + reason
                                + ". Check the user, the password and the sslmode of DATABASE_URL, and pg_hba.conf of the"
                                + " server",
                        cause);
            case NO_DATABASE ->
                refused("Postgres has no such database: " + reason + ". Create it, or correct DATABASE_URL", cause);
            case NO_RIGHT ->
                refused(
                        "the user of DATABASE_URL lacks a right: " + reason
                                + ". 'orchestrator migrate' needs the owner of the schema; everything else needs a"
                                + " member of the role orchestrator_runtime",
                        cause);
            case NO_TABLES ->
                refused(
                        "the tables of Orchestrator are not here: " + reason
                                + ". Make them with 'orchestrator migrate', or correct the database or currentSchema of"
                                + " DATABASE_URL",
                        cause);
            case NO_WRITES ->
                Optional.of(new StoreUnavailable(
                        "this Postgres takes no writes (a standby after a failover, or default_transaction_read_only): "
                                + reason + ". If it stays so, name the primary in DATABASE_URL, or all hosts of which"
                                + " one is it",
                        cause));
            case OUTDATED_PLAN, NAME_TAKEN, FAULT -> Optional.empty();
        };
    }

    private static Optional<RuntimeException> refused(String message, Throwable cause) {
        return Optional.of(new StoreRefused(message, cause));
    }

    /** Why there is no connection: because nobody answered, or because who answered turned us away. */
    static StoreUnavailable noConnection(SQLException failure, String reason) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return new StoreRefused(
                        "no TLS with Postgres: " + reason
                                + ". Check the sslmode (disable, prefer, require, verify-full) and sslrootcert of"
                                + " DATABASE_URL",
                        failure);
            }
            if (cause instanceof SQLException answer && SqlStates.isAnAnswer(String.valueOf(answer.getSQLState()))) {
                Optional<RuntimeException> known = of(String.valueOf(answer.getSQLState()), reason, failure);
                if (known.isPresent() && known.get() instanceof StoreUnavailable told) {
                    return told;
                }
            }
        }
        return new StoreUnavailable("Postgres does not answer: " + reason, failure);
    }
}
