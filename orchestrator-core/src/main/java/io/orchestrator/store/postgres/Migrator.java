package io.orchestrator.store.postgres;

import io.orchestrator.migrations.Migrations;
import io.orchestrator.store.StoreUnavailable;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the schema up to date. Safe to run by several processes at once: they wait for each other. */
public final class Migrator {
    private final Flyway flyway;

    public Migrator(DatabaseUrl url) {
        this.flyway = Flyway.configure()
                .dataSource(url.jdbc(), url.user().orElse(null), url.password().orElse(null))
                .locations(Migrations.LOCATION)
                .loggers("slf4j")
                .validateMigrationNaming(true)
                .connectRetries(3)
                .load();
    }

    /**
     * Applies what is missing and returns how many migrations that were.
     *
     * @throws StoreUnavailable when Postgres goes away meanwhile; what was applied by then stays
     */
    public int migrate() {
        return answered(() -> flyway.migrate().migrationsExecuted);
    }

    /**
     * Whether every migration known here has been applied.
     *
     * @throws StoreUnavailable when Postgres goes away meanwhile
     */
    public boolean isCurrent() {
        return answered(() -> flyway.info().pending().length == 0);
    }

    /** Flyway has its own exception for whatever happens to a connection. */
    private static <T> T answered(Supplier<T> work) {
        try {
            return work.get();
        } catch (FlywayException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException lost && SqlStates.unavailable(String.valueOf(lost.getSQLState()))) {
                    throw new StoreUnavailable("Postgres went away: " + lost.getMessage(), e);
                }
            }
            throw e;
        }
    }
}
