package io.orchestrator.store.postgres;

import io.orchestrator.store.SchemaConflict;
import io.orchestrator.store.postgres.jooq.DefaultSchema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jooq.Named;

/**
 * What a schema holds before it is migrated.
 *
 * @param schema its name
 * @param relations tables and views
 * @param scripts of the migrations in its history, as far as they are SQL; empty when there is no history
 */
record SchemaContents(String schema, Set<String> relations, List<String> scripts) {
    static final String HISTORY = "flyway_schema_history";

    private static final String FIRST_MIGRATION = "V1__runs_and_phases.sql";
    private static final Set<String> OURS = DefaultSchema.DEFAULT_SCHEMA.getTables().stream()
            .map(Named::getName)
            .collect(Collectors.toUnmodifiableSet());

    static SchemaContents of(DatabaseUrl url) throws SQLException {
        Properties properties = new Properties();
        url.user().ifPresent(user -> properties.setProperty("user", user));
        url.password().ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("ApplicationName", "orchestrator-migrate");
        properties.setProperty("connectTimeout", "10");
        try (Connection connection = DriverManager.getConnection(url.jdbc(), properties)) {
            String schema =
                    strings(connection, "SELECT coalesce(current_schema(), '')").getFirst();
            Set<String> relations = new TreeSet<>(strings(
                    connection,
                    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')"
                            + " AND relnamespace = to_regnamespace(quote_ident(current_schema()))"));
            List<String> scripts = relations.contains(HISTORY)
                    ? strings(connection, "SELECT script FROM " + HISTORY + " WHERE type = 'SQL' AND success")
                    : List.of();
            return new SchemaContents(schema, relations, scripts);
        }
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                found.add(result.getString(1));
            }
        }
        return found;
    }

    /** @throws SchemaConflict when our migrations must not be applied here */
    void requireOurs() {
        if (!scripts.isEmpty()) {
            if (!scripts.contains(FIRST_MIGRATION)) {
                throw new SchemaConflict("the table " + HISTORY + " in schema '" + schema
                        + "' tells of the migrations of another program (the first one is " + scripts.getFirst() + "). "
                        + elsewhere());
            }
            return;
        }
        Set<String> taken = new TreeSet<>(relations);
        taken.retainAll(OURS);
        if (taken.containsAll(OURS)) {
            throw new SchemaConflict("schema '" + schema + "' holds all tables of Orchestrator, but no history of its"
                    + " migrations (the table " + HISTORY
                    + "), so what they are up to date with is not known. Bring that"
                    + " table back from where the others came from (a dump has to hold it). Or: " + elsewhere());
        }
        if (!taken.isEmpty()) {
            throw new SchemaConflict(
                    "schema '" + schema + "' holds tables or views with names that Orchestrator needs: "
                            + String.join(", ", taken) + ". " + elsewhere());
        }
    }

    private static String elsewhere() {
        return "Use a schema of its own: add currentSchema=orchestrator to the options of DATABASE_URL"
                + " (postgresql://…/database?currentSchema=orchestrator), the same for all commands; 'orchestrator"
                + " migrate' makes it.";
    }
}
