package io.orchestrator.queue.redis;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;

/** A Redis Cluster: each partition and each topic is a slot, and with it a node. */
final class ClusterServers implements Deployment {
    /**
     * The connection to each node is made by the first command for it, which would be rejected otherwise. The price: what
     * was sent when a node went away may be sent twice, which every operation of this package bears.
     */
    private static final DisconnectedBehavior WAIT_FOR_THE_NODE = DisconnectedBehavior.ACCEPT_COMMANDS;

    private final RedisClusterClient client;
    private final RedisClusterClient blockingClient;

    ClusterServers(RedisUrl url, ClientResources resources, Duration commandTimeout) {
        client = RedisClusterClient.create(resources, url.seeds());
        ClusterClientOptions.Builder forCommands = options();
        LettuceOptions.forCommands(forCommands, commandTimeout).disconnectedBehavior(WAIT_FOR_THE_NODE);
        client.setOptions(forCommands.build());
        blockingClient = RedisClusterClient.create(resources, url.seeds());
        ClusterClientOptions.Builder forBlocking = options();
        LettuceOptions.forBlocking(forBlocking, commandTimeout).disconnectedBehavior(WAIT_FOR_THE_NODE);
        blockingClient.setOptions(forBlocking.build());
    }

    private static ClusterClientOptions.Builder options() {
        // Lettuce looks again after errors by itself, but not in between: a client that never looks again writes to
        // yesterday's master.
        return ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(Duration.ofSeconds(15))
                        .build());
    }

    @Override
    public Link commands() {
        return link(client.connect());
    }

    @Override
    public Link blocking() {
        return link(blockingClient.connect());
    }

    private static Link link(StatefulRedisClusterConnection<String, String> connection) {
        return new Link(connection, connection.async());
    }

    @Override
    public StatefulRedisPubSubConnection<String, String> pubSub() {
        return client.connectPubSub();
    }

    @Override
    public boolean oneServer() {
        return false;
    }

    @Override
    public void close() {
        blockingClient.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
