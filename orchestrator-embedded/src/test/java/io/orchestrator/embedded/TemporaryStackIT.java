package io.orchestrator.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TemporaryStackIT {
    @ParameterizedTest
    @EnumSource(StopMode.class)
    void postgres_can_be_ended_in_every_way_and_comes_back_with_what_was_committed(StopMode mode) {
        try (TemporaryStack stack = TemporaryStack.open()) {
            Clients.execute(stack.databaseUrl(), "CREATE TABLE kept AS SELECT 'yes' AS value");
            stack.killPostgres(mode);
            assertThatThrownBy(() -> Clients.connect(stack.databaseUrl())).hasMessageContaining("refused");
            stack.restartPostgres();
            assertThat(Clients.query(stack.databaseUrl(), "SELECT value FROM kept"))
                    .isEqualTo("yes");
        }
    }

    @Test
    void redis_can_be_killed_and_comes_back_on_its_port() {
        try (TemporaryStack stack = TemporaryStack.open()) {
            stack.killRedis();
            assertThatThrownBy(() -> Clients.redis(stack.redisUrl(), "PING")).hasMessageContaining("refused");
            stack.restartRedis();
            Clients.redis(stack.redisUrl(), "SET kept yes");
            stack.restartRedis();
            assertThat(Clients.redis(stack.redisUrl(), "GET kept")).isEqualTo("yes");
        }
    }

    @Test
    void nothing_is_left_after_closing() {
        TemporaryStack stack = TemporaryStack.open();
        StackState running = new StackStateFile(stack.directory().stateFile()).read();
        stack.close();
        stack.close();
        assertThat(running.servers().values())
                .hasSize(2)
                .noneMatch(server -> server.process().isAlive());
        assertThat(stack.directory().path().getParent()).doesNotExist();
    }

    @Test
    void a_JVM_that_ends_without_closing_takes_its_stack_along() {
        try (StackUser user = StackUser.start("temporary")) {
            user.leave();
            assertThat(user.directory().getParent()).doesNotExist();
        }
    }

    @Test
    void what_a_killed_JVM_left_is_cleared_away_by_the_next_and_the_living_are_spared() {
        try (TemporaryStack living = TemporaryStack.open();
                StackUser user = StackUser.start("temporary")) {
            StackState orphans = new StackStateFile(user.directory().resolve("stack.json")).read();
            user.kill();
            assertThat(Files.exists(user.directory())).isTrue();
            TemporaryStack.open().close();
            assertThat(orphans.servers().values())
                    .hasSize(2)
                    .noneMatch(server -> server.process().isAlive());
            assertThat(user.directory().getParent()).doesNotExist();
            assertThat(Clients.query(living.databaseUrl(), "SELECT 1")).isEqualTo("1");
        }
    }
}
