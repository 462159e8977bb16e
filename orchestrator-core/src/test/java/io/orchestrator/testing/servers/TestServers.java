package io.orchestrator.testing.servers;

import io.orchestrator.embedded.Options;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The servers that a test JVM shares. {@code ORCHESTRATOR_TEST_DATABASE_URL} and {@code ORCHESTRATOR_TEST_REDIS_URL} name
 * servers to use; {@code ORCHESTRATOR_TEST_SERVERS=containers} asks for containers, where Docker answers; without either an
 * embedded stack is started, and stopped when the JVM ends.
 */
public final class TestServers {
    /**
     * No test cuts the power of this machine, so nothing is learnt from waiting for its disk: hundreds of databases are made.
     * Tests that kill servers have stacks of their own, as durable as the real one.
     */
    private static final Map<String, String> SETTINGS =
            Map.of("shared_buffers", "64MB", "max_wal_size", "1GB", "fsync", "off", "full_page_writes", "off");

    private static final AtomicInteger DATABASES = new AtomicInteger();
    /** The next one, which is made while the test before it runs: some 400 files take a third of a second. */
    private static @Nullable CompletableFuture<DatabaseUrl> spare;

    private static @Nullable TemporaryStack stack;
    private static @Nullable ContainerServers containers;
    private static @Nullable String template;

    private TestServers() {}

    /** A new, migrated database; made from a template, and mostly ahead of time. */
    public static synchronized DatabaseUrl newDatabase() {
        DatabaseUrl admin = DatabaseUrl.parse(adminUrl());
        String source = template(admin);
        DatabaseUrl database = spare == null ? copy(admin, source) : spare.join();
        spare = CompletableFuture.supplyAsync(() -> copy(admin, source), Thread::startVirtualThread);
        return database;
    }

    private static DatabaseUrl copy(DatabaseUrl admin, String source) {
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
            open = TemporaryStack.open(Options.defaults().withPostgresSettings(SETTINGS));
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
