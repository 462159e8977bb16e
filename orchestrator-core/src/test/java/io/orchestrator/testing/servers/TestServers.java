package io.orchestrator.testing.servers;

import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The servers that a test JVM shares. {@code ORCHESTRATOR_TEST_DATABASE_URL} and {@code ORCHESTRATOR_TEST_REDIS_URL} name
 * servers to use; {@code ORCHESTRATOR_TEST_SERVERS=containers} asks for containers, where Docker answers; without either an
 * embedded stack is started, and stopped when the JVM ends.
 */
public final class TestServers {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable TemporaryStack stack;
    private static @Nullable ContainerServers containers;
    private static @Nullable String template;

    private TestServers() {}

    /** A new, migrated database; made from a template, so it takes some ten milliseconds. */
    public static synchronized DatabaseUrl newDatabase() {
        DatabaseUrl admin = DatabaseUrl.parse(adminUrl());
        String source = template(admin);
        String name = "test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        execute(admin, "CREATE DATABASE " + name + " TEMPLATE " + source);
        return admin.withDatabase(name);
    }

    /** A new database without any schema. */
    public static synchronized DatabaseUrl newEmptyDatabase() {
        DatabaseUrl admin = DatabaseUrl.parse(adminUrl());
        String name = "empty_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        execute(admin, "CREATE DATABASE " + name);
        return admin.withDatabase(name);
    }

    /** A Redis shared by the JVM; tests keep apart by key prefixes from {@link #newKeyPrefix}. */
    public static synchronized String redisUrl() {
        return Optional.ofNullable(System.getenv("ORCHESTRATOR_TEST_REDIS_URL"))
                .orElseGet(() -> asksForContainers() ? containers().redisUrl() : stack().redisUrl());
    }

    public static String newKeyPrefix() {
        return "test-" + ProcessHandle.current().pid() + "-" + DATABASES.incrementAndGet() + ":";
    }

    private static String template(DatabaseUrl admin) {
        String known = template;
        if (known == null) {
            known = "template_" + ProcessHandle.current().pid();
            execute(admin, "CREATE DATABASE " + known);
            new Migrator(admin.withDatabase(known)).migrate();
            template = known;
        }
        return known;
    }

    private static String adminUrl() {
        return Optional.ofNullable(System.getenv("ORCHESTRATOR_TEST_DATABASE_URL"))
                .orElseGet(() -> asksForContainers() ? containers().databaseUrl() : stack().databaseUrl());
    }

    private static boolean asksForContainers() {
        return "containers".equals(System.getenv("ORCHESTRATOR_TEST_SERVERS"));
    }

    private static ContainerServers containers() {
        ContainerServers open = containers;
        if (open == null) {
            open = ContainerServers.start();
            containers = open;
        }
        return open;
    }

    private static TemporaryStack stack() {
        TemporaryStack open = stack;
        if (open == null) {
            open = TemporaryStack.open();
            stack = open;
        }
        return open;
    }

    /** Runs one statement on a connection of its own. */
    public static void execute(DatabaseUrl url, String sql) {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** A plain connection, for looking at what the engine wrote. */
    public static Connection connect(DatabaseUrl url) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.host() + ":" + url.port() + "/" + url.database(),
                url.user().orElse(""),
                url.password().orElse(""));
    }
}
