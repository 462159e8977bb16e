package io.orchestrator.embedded;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root's two ways to run Postgres; nothing to see for other users. */
class PostgresAccountIT {
    @TempDir
    Path temporary;

    @Test
    void root_may_change_its_way_to_run_postgres_from_one_start_to_the_next() throws IOException {
        DataDirectory directory = DataDirectory.at(temporary.resolve("data"));
        assumeThat(directory.ownerUid()).isZero();
        List<PostgresAccount> accounts =
                List.of(PostgresAccount.unprivileged(), PostgresAccount.namespace(0), PostgresAccount.unprivileged());
        for (PostgresAccount account : accounts) {
            Servers servers = new Servers(directory, Options.defaults(), BinaryCache.ofUser(), () -> account);
            execute(servers, "CREATE TABLE IF NOT EXISTS starts (n int); INSERT INTO starts VALUES (1); CHECKPOINT");
        }
        // Fails unless all three were there.
        execute(Servers.of(directory, Options.defaults()), "SELECT 1 / (count(*) = 3)::int FROM starts");
    }

    private static void execute(Servers servers, String sql) {
        try {
            Clients.execute(servers.databaseUrl(servers.start()), sql);
        } finally {
            servers.stop();
        }
    }
}
