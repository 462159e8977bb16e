package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.testing.servers.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MigratorIT {
    private final DatabaseUrl database = TestServers.newDatabase();

    /** Found by the fault suite: a service that lost Postgres while it started reported a bug of its own. */
    @Test
    void a_connection_lost_while_looking_at_the_schema_is_an_outage_and_no_bug() throws SQLException {
        new Migrator(database).migrate();
        DatabaseUrl impatient = new DatabaseUrl(
                database.host(),
                database.port(),
                database.database(),
                database.user(),
                database.password(),
                Optional.of("socketTimeout=1"));
        try (Connection other = TestServers.connect(database);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE flyway_schema_history IN ACCESS EXCLUSIVE MODE");
            assertThatThrownBy(() -> new Migrator(impatient).isCurrent())
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("Postgres went away");
            other.rollback();
        }
        assertThat(new Migrator(impatient).isCurrent()).isTrue();
    }
}
