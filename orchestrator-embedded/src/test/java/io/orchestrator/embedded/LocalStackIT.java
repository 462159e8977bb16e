package io.orchestrator.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackIT {
    /** What is configured: JDBC sets the session to the zone of the JVM. */
    private static final String FILE_TIMEZONE =
            "SELECT setting FROM pg_file_settings WHERE lower(name) = 'timezone' AND applied ORDER BY seqno DESC";

    @TempDir
    Path temporary;

    private DataDirectory directory;

    @BeforeEach
    void chooseAnAwkwardName() {
        directory = DataDirectory.at(temporary.resolve("with space, \"quotes\" and $HOME"));
    }

    @Test
    void what_was_written_is_there_after_closing_and_opening_again() {
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            Clients.execute(stack.databaseUrl(), "CREATE TABLE kept (value text)");
            Clients.execute(stack.databaseUrl(), "INSERT INTO kept VALUES ('yes')");
            Clients.redis(stack.redisUrl(), "SET kept yes");
        }
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            assertThat(stack.startedHere()).isTrue();
            assertThat(Clients.query(stack.databaseUrl(), "SELECT value FROM kept"))
                    .isEqualTo("yes");
            assertThat(Clients.redis(stack.redisUrl(), "GET kept")).isEqualTo("yes");
        }
    }

    @Test
    void closing_stops_both_servers_and_may_be_repeated() {
        LocalStack stack = LocalStack.open(directory, Options.defaults());
        StackState running = stack.servers().state();
        assertThat(running.servers()).containsOnlyKeys("postgres", "redis");
        stack.close();
        stack.close();
        assertThat(running.servers().values())
                .noneMatch(server -> server.process().isAlive());
        assertThat(directory.stateFile()).doesNotExist();
    }

    @Test
    void a_directory_that_is_open_twice_in_one_JVM_stays_open_until_both_are_closed() {
        LocalStack first = LocalStack.open(directory, Options.defaults());
        try (LocalStack second = LocalStack.open(directory, Options.defaults())) {
            first.close();
            assertThat(second.databaseUrl()).isEqualTo(first.databaseUrl());
            assertThat(Clients.query(second.databaseUrl(), "SELECT 1")).isEqualTo("1");
            assertThat(Clients.redis(second.redisUrl(), "PING")).isEqualTo("+PONG");
        }
        assertThat(directory.stateFile()).doesNotExist();
    }

    @Test
    void postgres_is_durable_and_asks_for_the_password() throws IOException {
        Options options = Options.defaults().withPostgresSettings(Map.of("work_mem", "7MB"));
        try (LocalStack stack = LocalStack.open(directory, options)) {
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on", "max_connections", "200")
                    .forEach((name, value) -> assertThat(Clients.query(stack.databaseUrl(), "SHOW " + name))
                            .as(name)
                            .isEqualTo(value));
            assertThat(Clients.query(stack.databaseUrl(), "SHOW work_mem")).isEqualTo("7MB");
            assertThat(Clients.query(stack.databaseUrl(), FILE_TIMEZONE)).isEqualTo("UTC");
            assertThat(Clients.query(stack.databaseUrl(), "SELECT current_database()"))
                    .isEqualTo("orchestrator");
            String wrong = stack.databaseUrl().replaceFirst(":[^:@/]+@", ":wrong@");
            assertThatThrownBy(() -> Clients.connect(wrong)).hasMessageContaining("password");
            Path password = directory.postgres().resolve("orchestrator.password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void redis_keeps_an_append_only_file_and_evicts_nothing() throws IOException {
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            assertThat(Clients.redis(stack.redisUrl(), "INFO persistence")).contains("aof_enabled:1");
            assertThat(Clients.redis(stack.redisUrl(), "INFO memory")).contains("maxmemory_policy:noeviction");
            assertThat(Files.readString(directory.redis().resolve("redis.conf")))
                    .contains("appendfsync everysec", "bind 127.0.0.1");
        }
    }

    @Test
    void redis_asks_for_a_password_that_only_this_user_can_read() throws IOException {
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            assertThat(stack.redisUrl()).matches("redis://:[\\w-]{32}@127\\.0\\.0\\.1:\\d+");
            assertThat(Clients.redis(stack.redisUrl(), "PING")).isEqualTo("+PONG");
            assertThat(Clients.redis(withoutPassword(stack.redisUrl()), "PING")).startsWith("-NOAUTH");
            assertThat(Clients.redis(stack.redisUrl().replaceFirst(":[^:@/]+@", ":wrong@"), "PING"))
                    .startsWith("-WRONGPASS");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(passwordOfRedis())))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(configurationOfRedis()))
                    .doesNotContain(Files.readString(passwordOfRedis()).strip().replace("requirepass ", ""));
        }
    }

    /** Whose Redis had no password, and may still be running without. */
    @Test
    void a_directory_of_an_earlier_version_is_joined_without_a_password_and_has_one_after_its_next_start()
            throws IOException {
        try (LocalStack earlier = LocalStack.open(directory, Options.defaults())) {
            Clients.redis(earlier.redisUrl(), "SET kept yes");
            assertThat(Clients.redis(earlier.redisUrl(), "CONFIG SET requirepass \"\""))
                    .isEqualTo("+OK");
            Files.delete(passwordOfRedis());
            Files.write(
                    configurationOfRedis(),
                    Files.readAllLines(configurationOfRedis()).stream()
                            .filter(line -> !line.startsWith("include"))
                            .toList());
            try (LocalStack joined = LocalStack.open(directory, Options.defaults())) {
                assertThat(joined.redisUrl()).isEqualTo(withoutPassword(earlier.redisUrl()));
                assertThat(Clients.redis(joined.redisUrl(), "GET kept")).isEqualTo("yes");
            }
        }
        try (LocalStack next = LocalStack.open(directory, Options.defaults())) {
            assertThat(Clients.redis(next.redisUrl(), "GET kept")).isEqualTo("yes");
            assertThat(Clients.redis(withoutPassword(next.redisUrl()), "PING")).startsWith("-NOAUTH");
        }
    }

    private static String withoutPassword(String url) {
        return url.replaceFirst("//[^@/]*@", "//");
    }

    private Path passwordOfRedis() {
        return directory.redis().resolve("password.conf");
    }

    private Path configurationOfRedis() {
        return directory.redis().resolve("redis.conf");
    }

    @Test
    void a_port_that_another_program_uses_is_refused_by_name() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, Ports.loopback())) {
            int taken = other.getLocalPort();
            for (Options options : new Options[] {
                Options.defaults().withPorts(taken, 0), Options.defaults().withPorts(0, taken)
            }) {
                assertThatThrownBy(() -> LocalStack.open(directory, options))
                        .isInstanceOf(PortInUseException.class)
                        .hasMessageContaining(Integer.toString(taken));
            }
        }
        assertThat(directory.stateFile())
                .as("a failed start leaves nothing running")
                .doesNotExist();
    }

    @Test
    void a_fixed_port_is_the_port_of_the_url() {
        int postgres = Ports.free();
        int redis = Ports.free();
        try (LocalStack stack = LocalStack.open(directory, Options.defaults().withPorts(postgres, redis))) {
            assertThat(stack.databaseUrl()).contains("@127.0.0.1:" + postgres + "/");
            assertThat(stack.redisUrl()).endsWith("@127.0.0.1:" + redis);
        }
    }

    @Test
    void a_server_that_does_not_start_says_why() {
        Options options = Options.defaults().withPostgresSettings(Map.of("shared_buffers", "plenty"));
        assertThatThrownBy(() -> LocalStack.open(directory, options))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("invalid value for parameter \"shared_buffers\"")
                .hasMessageContaining(directory.logs().resolve("postgres.log").toString());
        assertThat(directory.stateFile()).doesNotExist();
    }

    @Test
    void an_unfinished_cluster_of_a_crashed_start_is_thrown_away() throws IOException {
        Files.createDirectories(directory.path().resolve("postgres.new").resolve("base"));
        Files.writeString(directory.path().resolve("postgres.new.password"), "old");
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            assertThat(Clients.query(stack.databaseUrl(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void stopping_does_not_wait_for_a_server_that_ignores_it() throws IOException, InterruptedException {
        Options options = Options.defaults().withTimeouts(Duration.ofSeconds(60), Duration.ofMillis(500));
        LocalStack stack = LocalStack.open(directory, options);
        long postgres = stack.servers()
                .state()
                .server("postgres")
                .orElseThrow()
                .process()
                .pid();
        // A stopped process acts on no signal but SIGKILL.
        new ProcessBuilder("sh", "-c", "kill -s STOP " + postgres).start().waitFor();
        stack.close();
        assertThat(ProcessIdentity.of(postgres)).isEmpty();
    }
}
