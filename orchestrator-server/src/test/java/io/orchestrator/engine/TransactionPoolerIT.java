package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.testing.servers.TestServers;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All services behind PgBouncer, which gives a connection to another client after each transaction. */
class TransactionPoolerIT {
    private static final int TASKS = 100;

    @TempDir
    Path directory;

    @Test
    void a_run_needs_nothing_that_outlives_a_transaction() throws Exception {
        Optional<Path> program = onPath("pgbouncer");
        assumeTrue(program.isPresent(), "there is no pgbouncer on the PATH of this machine");
        DatabaseUrl direct = TestServers.newDatabase();
        DatabaseUrl pooled = new DatabaseUrl(
                "127.0.0.1",
                freePort(),
                direct.database(),
                direct.user(),
                direct.password(),
                Optional.of("prepareThreshold=0"));
        Process pooler = start(program.orElseThrow(), direct, pooled.port());
        try {
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> answers(pooled));
            runThrough(pooled, direct);
        } finally {
            pooler.destroy();
        }
    }

    private static void runThrough(DatabaseUrl pooled, DatabaseUrl direct) {
        try (Engine engine = new Engine(pooled, TestServers.redisUrl(), Duration.ofSeconds(15))) {
            engine.agent("Second", context -> {
                        context.checkpoint("begun", Json.of(context.task().attempt()));
                        if (context.task().attempt() == 1) {
                            throw AgentFailure.retryable("not yet");
                        }
                        return context.step("once", () -> Json.of("done"));
                    })
                    .start(8);
            String items = IntStream.range(0, TASKS).mapToObj(String::valueOf).collect(Collectors.joining(","));
            String runId = engine.submit(
                    "{'name':'x','retry':{'base':'PT0.01S'},'inputs':{'i':[" + items
                            + "]},'phases':[{'phase':'A','parallelism':" + TASKS
                            + ",'agents':[{'agent':'Second','shard':{'over':'i','size':1}}]},{'phase':'B','agents':['Second']}]}");
            assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
            assertThat(engine.tasks(runId)).hasSize(TASKS + 1).allMatch(task -> task.attempts() == 2);
            assertThat(Judgement.of(direct)).isEmpty();
        }
    }

    private static boolean answers(DatabaseUrl url) throws SQLException {
        try (var connection = TestServers.connect(url)) {
            return connection.isValid(1);
        }
    }

    /** Fewer connections to Postgres than the engine has to the pooler, so that they are passed around. */
    private Process start(Path program, DatabaseUrl postgres, int port) throws IOException {
        Path config = directory.resolve("pgbouncer.ini");
        Path users = directory.resolve("users.txt");
        String user = postgres.user().orElse("");
        Files.writeString(users, "\"" + user + "\" \"" + postgres.password().orElse("") + "\"\n");
        Files.writeString(config, """
                [databases]
                %s = host=%s port=%d dbname=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = plain
                auth_file = %s
                pool_mode = transaction
                default_pool_size = 3
                ignore_startup_parameters = extra_float_digits,options
                """.formatted(
                        postgres.database(), postgres.host(), postgres.port(), postgres.database(), port, users));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if (Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid"))) {
            // It refuses to be root.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(config.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static Optional<Path> onPath(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + File.pathSeparator + "/usr/sbin";
        return Arrays.stream(path.split(File.pathSeparator))
                .map(entry -> Path.of(entry, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
