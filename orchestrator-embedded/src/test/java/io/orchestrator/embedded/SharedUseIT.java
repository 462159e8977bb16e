package io.orchestrator.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one directory, and processes that die. */
@Tag("slow")
class SharedUseIT {
    @TempDir
    Path temporary;

    private DataDirectory directory;

    @BeforeEach
    void createDirectory() {
        directory = DataDirectory.at(temporary.resolve("data"));
    }

    @Test
    void servers_live_until_the_last_process_leaves_whoever_started_them() {
        try (StackUser first = StackUser.start(directory.toString())) {
            assertThat(first.startedServers()).isTrue();
            Clients.execute(first.databaseUrl(), "CREATE TABLE kept (value text)");
            StackState running = recorded();

            LocalStack second = LocalStack.open(directory, Options.defaults());
            assertThat(second.startedHere()).isFalse();
            assertThat(second.databaseUrl()).isEqualTo(first.databaseUrl());
            assertThat(second.redisUrl()).isEqualTo(first.redisUrl());

            first.leave();
            assertThat(Clients.query(second.databaseUrl(), "SELECT count(*) FROM kept"))
                    .isEqualTo("0");
            assertThat(Clients.redis(second.redisUrl(), "PING")).isEqualTo("+PONG");

            second.close();
            assertThat(running.servers().values())
                    .noneMatch(server -> server.process().isAlive());
        }
    }

    @Test
    void a_process_that_joined_leaves_the_servers_to_the_one_that_started_them() {
        try (LocalStack first = LocalStack.open(directory, Options.defaults());
                StackUser second = StackUser.start(directory.toString())) {
            assertThat(second.startedServers()).isFalse();
            second.leave();
            assertThat(Clients.query(first.databaseUrl(), "SELECT 1")).isEqualTo("1");
            assertThat(Clients.redis(first.redisUrl(), "PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void servers_lead_process_groups_of_their_own_so_that_a_terminal_does_not_end_them() throws IOException {
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            for (RunningServer server : stack.servers().state().servers().values()) {
                long pid = server.process().pid();
                assertThat(processGroupOf(pid)).isEqualTo(pid);
            }
        }
    }

    @Test
    void orphans_of_a_killed_process_are_replaced_and_nothing_committed_is_lost() {
        StackState orphans;
        try (StackUser user = StackUser.start(directory.toString())) {
            Clients.execute(user.databaseUrl(), "CREATE TABLE kept AS SELECT 'yes' AS value");
            Clients.redis(user.redisUrl(), "SET kept yes");
            orphans = recorded();
            user.kill();
        }
        assertThat(orphans.servers().values())
                .hasSize(2)
                .allMatch(server -> server.process().isAlive());
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            assertThat(stack.startedHere()).isTrue();
            assertThat(orphans.servers().values())
                    .noneMatch(server -> server.process().isAlive());
            assertThat(Clients.query(stack.databaseUrl(), "SELECT value FROM kept"))
                    .isEqualTo("yes");
            assertThat(Clients.redis(stack.redisUrl(), "GET kept")).isEqualTo("yes");
        }
    }

    @Test
    void orphans_are_found_without_the_state_file_too() {
        StackState orphans;
        try (StackUser user = StackUser.start(directory.toString())) {
            orphans = recorded();
            user.kill();
        }
        new StackStateFile(directory.stateFile()).delete();
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            assertThat(orphans.servers().values())
                    .hasSize(2)
                    .noneMatch(server -> server.process().isAlive());
            assertThat(Clients.query(stack.databaseUrl(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void a_foreign_process_that_has_got_a_recorded_pid_is_left_alone() throws IOException {
        LocalStack.open(directory, Options.defaults()).close();
        Process foreign = new ProcessBuilder("sleep", "600").start();
        try {
            ProcessIdentity itself = ProcessIdentity.of(foreign.pid()).orElseThrow();
            ProcessIdentity recorded = new ProcessIdentity(foreign.pid(), "1" + itself.born());
            RunningServer dead = new RunningServer(recorded, 1);
            new StackStateFile(directory.stateFile())
                    .write(StackState.NONE.with("postgres", dead).with("redis", dead));
            Files.write(directory.postgres().resolve("postmaster.pid"), List.of(Long.toString(foreign.pid())));
            Files.write(directory.redis().resolve("redis.pid"), List.of(Long.toString(foreign.pid())));

            try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
                assertThat(foreign.isAlive()).isTrue();
                assertThat(Clients.query(stack.databaseUrl(), "SELECT 1")).isEqualTo("1");
            }
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void a_dead_server_comes_back_on_its_port_when_the_next_process_joins() {
        try (LocalStack first = LocalStack.open(directory, Options.defaults())) {
            first.servers().stop(first.servers().redis(), StopMode.KILL);
            try (StackUser second = StackUser.start(directory.toString())) {
                assertThat(second.redisUrl()).isEqualTo(first.redisUrl());
                assertThat(Clients.redis(first.redisUrl(), "PING")).isEqualTo("+PONG");
                second.leave();
            }
        }
    }

    @Test
    void joining_with_another_port_than_the_running_one_is_refused() {
        try (StackUser first = StackUser.start(directory.toString())) {
            Options other = Options.defaults().withPorts(0, Ports.free());
            assertThatThrownBy(() -> LocalStack.open(directory, other))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessageContaining("in use");
            assertThat(Clients.redis(first.redisUrl(), "PING")).isEqualTo("+PONG");
            LocalStack.open(directory, Options.defaults()).close();
            first.leave();
        }
    }

    @Test
    void servers_of_another_container_are_not_joined() {
        try (StackUser first = StackUser.start(directory.toString())) {
            StackState state = recorded();
            RunningServer redis = state.server("redis").orElseThrow();
            ProcessIdentity elsewhere = new ProcessIdentity(redis.process().pid(), "7@elsewhere");
            StackStateFile file = new StackStateFile(directory.stateFile());
            file.write(state.with("redis", new RunningServer(elsewhere, redis.port())));
            assertThatThrownBy(() -> LocalStack.open(directory, Options.defaults()))
                    .hasMessageContaining("another container");
            file.write(state);
            first.leave();
        }
    }

    private StackState recorded() {
        return new StackStateFile(directory.stateFile()).read();
    }

    private static long processGroupOf(long pid) throws IOException {
        Process ps = new ProcessBuilder("ps", "-o", "pgid=", "-p", Long.toString(pid)).start();
        return Long.parseLong(new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    }
}
