package io.orchestrator.queue.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;

/** One server, or the master that sentinels name: Lettuce asks them anew for each connection it opens. */
final class SingleServer implements Deployment {
    private final RedisClient client;
    private final RedisClient blockingClient;

    SingleServer(RedisURI uri, ClientResources resources, Duration commandTimeout) {
        client = RedisClient.create(resources, uri);
        client.setOptions(LettuceOptions.forCommands(ClientOptions.builder(), commandTimeout)
                .build());
        blockingClient = RedisClient.create(resources, uri);
        blockingClient.setOptions(LettuceOptions.forBlocking(ClientOptions.builder(), commandTimeout)
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

    private static Link link(StatefulRedisConnection<String, String> connection) {
        return new Link(connection, connection.async());
    }

    @Override
    public StatefulRedisPubSubConnection<String, String> pubSub() {
        return client.connectPubSub();
    }

    @Override
    public boolean oneServer() {
        return true;
    }

    @Override
    public void close() {
        blockingClient.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
