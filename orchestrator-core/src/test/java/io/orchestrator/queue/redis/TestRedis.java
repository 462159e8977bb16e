package io.orchestrator.queue.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/** A Redis server for tests, which can be killed and started again. */
final class TestRedis implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final List<String> command = new ArrayList<>();
    private final Path directory;
    private final String url;
    private @Nullable Process process;

    private TestRedis(String... options) {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            directory = Files.createTempDirectory("test-redis");
            int port = free.getLocalPort();
            url = "redis://127.0.0.1:" + port;
            command.addAll(List.of(RedisExecProvider.defaultProvider().get().getAbsolutePath()));
            command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
            command.addAll(List.of(options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** A server of one's own. One that finds its port, or as a node of a cluster its second port, taken tries others. */
    static TestRedis start(String... options) {
        for (int attempt = 1; ; attempt++) {
            TestRedis redis = new TestRedis(options);
            redis.launch();
            if (redis.comesUp()) {
                return redis;
            }
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("Redis ended at its start; see " + redis.directory.resolve("log"));
            }
        }
    }

    /** A sentinel that watches the server under the name {@code main}, and alone decides on a failover. */
    static TestRedis startSentinel(TestRedis watched) {
        return startSentinel(watched, 1);
    }

    /** One of several sentinels, of which so many have to agree. */
    static TestRedis startSentinel(TestRedis watched, int quorum) {
        TestRedis sentinel = new TestRedis();
        Path config = sentinel.directory.resolve("sentinel.conf");
        try {
            Files.writeString(
                    config,
                    "sentinel monitor main 127.0.0.1 " + watched.port() + " " + quorum
                            + "\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 5000\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sentinel.command.removeAll(List.of("--save", ""));
        sentinel.command.add(1, config.toString());
        sentinel.command.add("--sentinel");
        sentinel.restart();
        return sentinel;
    }

    /** The server that all tests of this JVM share: each is to use a prefix of its own. */
    static String sharedUrl() {
        return Shared.URL;
    }

    static RedisSettings sharedSettings() {
        return RedisSettings.of(sharedUrl()).withKeyPrefix("test-" + UUID.randomUUID() + ":");
    }

    private static final class Shared {
        static final String URL = fromEnvironmentOrStarted();

        private static String fromEnvironmentOrStarted() {
            String given = System.getenv("ORCHESTRATOR_TEST_REDIS_URL");
            return given == null || given.isBlank() ? start().url() : given;
        }
    }

    String url() {
        return url;
    }

    String port() {
        return url.substring(url.lastIndexOf(':') + 1);
    }

    /** As SIGSTOP does: it keeps its connections and answers nobody. */
    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        long pid = Objects.requireNonNull(process).pid();
        try {
            int exit = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " exited with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void restart() {
        launch();
        if (!comesUp()) {
            throw new IllegalStateException("Redis ended at its start; see " + directory.resolve("log"));
        }
    }

    private void launch() {
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** False when the process ended, as it does when somebody else has taken a port that was free before. */
    private boolean comesUp() {
        Process started = Objects.requireNonNull(process);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> !started.isAlive() || "PONG".equals(ask(url, commands -> commands.ping())));
        return started.isAlive();
    }

    /** As kill -9 does. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().join();
        }
    }

    /** Asks a server on a connection that is closed afterwards. */
    static <T> T ask(String url, Function<RedisCommands<String, String>, T> question) {
        RedisURI uri = RedisURI.create(url);
        uri.setTimeout(Duration.ofSeconds(5));
        try (RedisClient client = RedisClient.create(uri);
                var connection = client.connect()) {
            return question.apply(connection.sync());
        }
    }

    <T> T ask(Function<RedisCommands<String, String>, T> question) {
        return ask(url, question);
    }

    @Override
    public void close() {
        kill();
    }
}
