package io.orchestrator.store.postgres;

import io.orchestrator.migrations.Migrations;
import io.orchestrator.store.SchemaConflict;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Brings the schema up to date. Safe to run by several processes at once: they wait for each other.
 *
 * <p>The schema is the one that the URL names with {@code currentSchema}, which is made where it is missing, else the one that
 * the user's search path begins with. What others keep in it stays untouched, as long as no name is wanted by both.
 */
public final class Migrator {
    private final DatabaseUrl url;
    private final Flyway flyway;

    public Migrator(DatabaseUrl url) {
        this.url = url;
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(url.jdbc(), url.user().orElse(null), url.password().orElse(null))
                .locations(Migrations.LOCATION)
                .loggers("slf4j")
                .validateMigrationNaming(true)
                .table(SchemaContents.HISTORY)
                // The tables of others are no reason to refuse; those whose names are ours were looked for before.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .connectRetries(3);
        url.schema().ifPresent(configuration::defaultSchema);
        this.flyway = configuration.load();
    }

    /**
     * Applies what is missing and returns how many migrations that were.
     *
     * @throws StoreUnavailable when Postgres goes away meanwhile, or turns us away; what was applied by then stays
     * @throws SchemaConflict when the schema holds something else under our names; nothing was changed
     */
    public int migrate() {
        if (url.isPooled()) {
            throw new StoreRefused("migrations need a session of their own, which a pooler does not give. Run"
                    + " 'orchestrator migrate' with the DATABASE_URL of the server itself, without pooler=transaction");
        }
        return answered(() -> {
            SchemaContents.of(url).requireOurs();
            return flyway.migrate().migrationsExecuted;
        });
    }

    /**
     * Whether every migration known here has been applied.
     *
     * @throws StoreUnavailable when Postgres goes away meanwhile, or turns us away
     * @throws SchemaConflict when the schema holds something else under our names
     */
    public boolean isCurrent() {
        return answered(() -> {
            boolean current = flyway.info().pending().length == 0;
            // Who finds all applied may look at the history of somebody else.
            SchemaContents.of(url).requireOurs();
            return current;
        });
    }

    /** Flyway has its own exception for whatever happens to a connection. */
    private static <T> T answered(Callable<T> work) {
        try {
            return work.call();
        } catch (FlywayException | SQLException e) {
            throw failure(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static RuntimeException failure(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = String.valueOf(sql.getSQLState());
                if (SqlStates.of(state) == SqlStates.Meaning.NAME_TAKEN) {
                    return new SchemaConflict(
                            "a migration needs a name that is taken in this schema: " + sql.getMessage()
                                    + ". Nothing was changed by it. Use a schema of its own: add currentSchema=orchestrator"
                                    + " to the options of DATABASE_URL",
                            e);
                }
                Optional<RuntimeException> known = Failures.of(state, String.valueOf(sql.getMessage()), e);
                if (known.isPresent()) {
                    return known.get();
                }
            }
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
}
