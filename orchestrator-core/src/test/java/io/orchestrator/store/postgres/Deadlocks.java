package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.testing.servers.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Asks the server whether transactions waited for each other. */
final class Deadlocks {
    private Deadlocks() {}

    /** Ends all connections of the store, which makes the server count what they met. */
    static void assertNoneOn(PostgresStoreUnderTest store) throws SQLException {
        store.close();
        await().until(() ->
                number(store, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") == 1);
        assertThat(number(store, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
                .as("deadlocks, though rows are locked in one order")
                .isZero();
    }

    private static long number(PostgresStoreUnderTest store, String query) throws SQLException {
        try (Connection connection = TestServers.connect(store.url);
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
