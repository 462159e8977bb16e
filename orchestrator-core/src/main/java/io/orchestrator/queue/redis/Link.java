package io.orchestrator.queue.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/** One connection and the commands on it, whatever kind of deployment it leads to. Thread-safe. */
record Link(StatefulConnection<String, String> connection, RedisClusterAsyncCommands<String, String> commands)
        implements AutoCloseable {

    /** Gives up the connection and what is under way on it, without waiting. */
    @Override
    public void close() {
        var unused = connection.closeAsync();
    }
}
