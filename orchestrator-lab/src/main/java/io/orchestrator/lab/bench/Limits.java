package io.orchestrator.lab.bench;

import io.lettuce.core.Consumer;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What the servers can do by themselves: no engine gets beyond that. */
final class Limits implements Scenario {
    private static final int BATCH = 1_000;
    private static final int COMMITS = 1_000;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException {
        DatabaseUrl database = servers.newDatabase();
        try (Connection connection = BenchServers.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE bare (id bigint PRIMARY KEY, state text NOT NULL, payload jsonb)");
            connection.setAutoCommit(false);
            return List.of(
                    postgres(connection, sizes.n()),
                    commits(connection, "limit.commit", Duration.ZERO, 0),
                    commits(connection, "limit.commit.paced", Pace.HUNDRED_A_SECOND, COMMITS),
                    redis(servers, sizes.n()));
        }
    }

    /** Inserts a row for each task, then updates it, from arrays that the client sends, a thousand in a transaction. */
    private static Measurement postgres(Connection connection, int n) throws SQLException {
        long began = System.nanoTime();
        for (int from = 0; from < n; from += BATCH) {
            Long[] ids = ids(from, Math.min(n, from + BATCH));
            String[] payloads = new String[ids.length];
            Arrays.fill(payloads, "{\"item\": 1}");
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO bare SELECT i, 'queued', p::jsonb FROM unnest(?::bigint[], ?::text[]) AS t(i, p)")) {
                insert.setArray(1, connection.createArrayOf("int8", ids));
                insert.setArray(2, connection.createArrayOf("text", payloads));
                insert.execute();
            }
            connection.commit();
        }
        for (int from = 0; from < n; from += BATCH) {
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE bare SET state = 'completed' WHERE id = ANY (?::bigint[])")) {
                update.setArray(1, connection.createArrayOf("int8", ids(from, Math.min(n, from + BATCH))));
                update.execute();
            }
            connection.commit();
        }
        return Measurement.rate("limit.postgres", n, System.nanoTime() - began);
    }

    private static Long[] ids(int from, int to) {
        return LongStream.range(from, to).boxed().toArray(Long[]::new);
    }

    /** Transactions of one row that are durable when they return, one right after the other or at a steady rate. */
    private static Measurement commits(Connection connection, String name, Duration every, long firstId)
            throws SQLException {
        long[] nanos = new long[COMMITS];
        Pace pace = new Pace(every);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO bare VALUES (?, 'queued', '{\"item\": 1}')")) {
            for (int i = 0; i < COMMITS; i++) {
                pace.await();
                long began = System.nanoTime();
                insert.setLong(1, -1L - firstId - i);
                insert.execute();
                connection.commit();
                nanos[i] = System.nanoTime() - began;
            }
        }
        return Measurement.times(name, Percentiles.ofNanos(nanos));
    }

    /** Adds, reads, acknowledges and deletes entries, pipelined by the thousand. */
    @SuppressWarnings("unchecked") // The client takes its streams as varargs of a generic type.
    private static Measurement redis(BenchServers servers, int n) {
        RedisClient client = RedisClient.create(servers.redisUrl());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisAsyncCommands<String, String> redis = connection.async();
            String stream = servers.nextKeyPrefix() + "stream";
            connection
                    .sync()
                    .xgroupCreate(
                            XReadArgs.StreamOffset.from(stream, "0"), "group", XGroupCreateArgs.Builder.mkstream());
            connection.setAutoFlushCommands(false);
            long began = System.nanoTime();
            for (int from = 0; from < n; from += BATCH) {
                List<RedisFuture<?>> added = new ArrayList<>();
                for (int i = from; i < Math.min(n, from + BATCH); i++) {
                    added.add(redis.xadd(stream, Map.of("id", "task-" + i)));
                }
                await(connection, added);
                RedisFuture<List<StreamMessage<String, String>>> read = redis.xreadgroup(
                        Consumer.from("group", "me"),
                        XReadArgs.Builder.count(BATCH),
                        XReadArgs.StreamOffset.lastConsumed(stream));
                await(connection, List.of(read));
                List<RedisFuture<?>> settled = new ArrayList<>();
                String[] ids = read.toCompletableFuture().join().stream()
                        .map(StreamMessage::getId)
                        .toArray(String[]::new);
                for (String id : ids) {
                    settled.add(redis.xack(stream, "group", id));
                    settled.add(redis.xdel(stream, id));
                }
                await(connection, settled);
            }
            return Measurement.rate("limit.redis", n, System.nanoTime() - began);
        } finally {
            client.shutdown();
        }
    }

    private static void await(StatefulRedisConnection<String, String> connection, List<? extends RedisFuture<?>> sent) {
        connection.flushCommands();
        if (!LettuceFutures.awaitAll(Duration.ofSeconds(30), sent.toArray(RedisFuture[]::new))) {
            throw new IllegalStateException("Redis did not answer within 30 s");
        }
    }
}
