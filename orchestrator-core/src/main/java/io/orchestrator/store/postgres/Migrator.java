package io.orchestrator.store.postgres;

import io.orchestrator.migrations.Migrations;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

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

    /** Applies what is missing and returns how many migrations that were. */
    public int migrate() {
        MigrateResult result = flyway.migrate();
        return result.migrationsExecuted;
    }

    /** Whether every migration known here has been applied. */
    public boolean isCurrent() {
        return flyway.info().pending().length == 0;
    }
}
