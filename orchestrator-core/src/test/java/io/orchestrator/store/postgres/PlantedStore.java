package io.orchestrator.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orchestrator.run.Ids;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** The store as it is, but for what its statements become on their way to Postgres. */
public final class PlantedStore {
    private PlantedStore() {}

    /** All its connections pass through the faults; without any it is the store itself. */
    public static PostgresStore open(DatabaseUrl url, List<PlantedFault> faults, Ids ids) {
        return new PostgresStore(database(url, 12, faults), database(url, 2, faults), ids);
    }

    private static Database database(DatabaseUrl url, int size, List<PlantedFault> faults) {
        PGSimpleDataSource postgres = new PGSimpleDataSource();
        postgres.setUrl(url.jdbc());
        url.user().ifPresent(postgres::setUser);
        url.password().ifPresent(postgres::setPassword);
        postgres.setOptions("-c statement_timeout=30000 -c timezone=UTC");
        HikariConfig config = new HikariConfig();
        config.setDataSource(new FaultyConnections(postgres, faults));
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(3_000);
        return new Database(new HikariDataSource(config));
    }
}
