package io.orchestrator.lab.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.orchestrator.embedded.Options;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A Postgres and a Redis of their own, with the product's settings; each round gets a database and a key prefix. */
final class BenchServers implements AutoCloseable {
    private final TemporaryStack stack;
    private final AtomicInteger rounds = new AtomicInteger();
    private @Nullable String lastDatabase;

    private BenchServers(TemporaryStack stack) {
        this.stack = stack;
    }

    /** Counting statements costs the same for everybody who is measured. */
    static BenchServers open() {
        return new BenchServers(TemporaryStack.open(Options.defaults()
                .withPostgresSettings(
                        Map.of("shared_preload_libraries", "pg_stat_statements", "max_wal_size", "2GB"))));
    }

    String redisUrl() {
        return stack.redisUrl();
    }

    String nextKeyPrefix() {
        return "bench" + rounds.incrementAndGet() + ":";
    }

    /**
     * An empty database instead of the last one, after a checkpoint, so that no round pays for what an earlier one has
     * written or has left to be vacuumed.
     */
    synchronized DatabaseUrl newDatabase() {
        String name = "bench_" + rounds.incrementAndGet();
        try (Connection admin = connect(DatabaseUrl.parse(stack.databaseUrl()));
                Statement statement = admin.createStatement()) {
            if (lastDatabase != null) {
                statement.execute("DROP DATABASE " + lastDatabase + " WITH (FORCE)");
            }
            lastDatabase = name;
            statement.execute("CREATE DATABASE " + name);
            statement.execute("CHECKPOINT");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the database " + name, e);
        }
        return DatabaseUrl.parse(stack.databaseUrl().replaceFirst("/[^/?]+(\\?|$)", "/" + name + "$1"));
    }

    /** An empty database with the engine's schema. */
    DatabaseUrl newEngineDatabase() {
        DatabaseUrl database = newDatabase();
        new Migrator(database).migrate();
        return database;
    }

    /** Takes everything out of Redis, for services, which know no key prefix; nobody else may be at work. */
    void emptyRedis() {
        RedisClient client = RedisClient.create(redisUrl());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().flushall();
        } finally {
            client.shutdown();
        }
    }

    /** A new folder that is gone when the servers are closed. */
    Path newFolder() {
        try {
            Path folder = stack.directory().path().resolve("bench-" + rounds.incrementAndGet());
            return Files.createDirectory(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder beside the servers' data", e);
        }
    }

    static Connection connect(DatabaseUrl database) throws SQLException {
        return DriverManager.getConnection(
                database.jdbc(),
                database.user().orElse(null),
                database.password().orElse(null));
    }

    @Override
    public void close() {
        stack.close();
    }
}
