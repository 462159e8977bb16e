package io.orchestrator.testing.servers;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** Postgres and Redis in containers, which the container engine removes when the JVM has ended. */
final class ContainerServers {
    private static final int REDIS_PORT = 6379;

    private final PostgreSQLContainer postgres = new PostgreSQLContainer(DockerImageName.parse("postgres:18-alpine"));
    private final GenericContainer<?> redis =
            new GenericContainer<>(DockerImageName.parse("redis:7-alpine")).withExposedPorts(REDIS_PORT);

    private ContainerServers() {}

    static ContainerServers start() {
        ContainerServers servers = new ContainerServers();
        servers.postgres.start();
        servers.redis.start();
        return servers;
    }

    String databaseUrl() {
        return "postgresql://" + postgres.getUsername() + ":" + postgres.getPassword() + "@" + postgres.getHost() + ":"
                + postgres.getFirstMappedPort() + "/" + postgres.getDatabaseName();
    }

    String redisUrl() {
        return "redis://" + redis.getHost() + ":" + redis.getMappedPort(REDIS_PORT);
    }
}
