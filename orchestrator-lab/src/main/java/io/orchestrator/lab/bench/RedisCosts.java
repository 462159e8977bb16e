package io.orchestrator.lab.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.regex.Pattern;

/** The commands that Redis carries out, by its own count, those of scripts included. */
final class RedisCosts implements AutoCloseable {
    /** The asking itself aside. */
    private static final Pattern CALLS = Pattern.compile("cmdstat_(?!info)[^:]*:calls=(\\d+)");

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final long before;

    private RedisCosts(String redisUrl) {
        this.client = RedisClient.create(redisUrl);
        this.connection = client.connect();
        this.before = total();
    }

    /** Begins to count, for all who use this Redis. */
    static RedisCosts from(BenchServers servers) {
        return new RedisCosts(servers.redisUrl());
    }

    /** So far. */
    long commands() {
        return total() - before;
    }

    private long total() {
        return CALLS.matcher(connection.sync().info("commandstats"))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
