package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Redis that answers who reads and takes nothing is an outage to everybody, until it takes tickets again. */
class RedisTakesNothingIT {
    private static final Duration NOT_AT_ALL = Duration.ZERO;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Ticket TICKET = new Ticket("t", Priority.NORMAL);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final TestRedis server = opened(TestRedis.start("--save", "3600 1"));

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable some : opened.reversed()) {
            some.close();
        }
    }

    private <T extends AutoCloseable> T opened(T some) {
        opened.add(some);
        return some;
    }

    private RedisQueues open(String url) {
        return opened(RedisQueues.open(RedisSettings.of(url)));
    }

    /** A way in which a server takes nothing, its end, and what is told of it. */
    enum State {
        FULL(
                server -> server.ask(commands -> commands.configSet("maxmemory", "1")),
                server -> server.ask(commands -> commands.configSet("maxmemory", "0")),
                "its memory is full: OOM",
                "maxmemory"),
        REPLICA(
                server -> server.ask(commands -> commands.replicaof("127.0.0.1", 1)),
                server -> server.ask(commands -> commands.replicaofNoOne()),
                "it is a replica: READONLY",
                "REDIS_URL"),
        WITHOUT_DISK(
                State::failToSave,
                server -> server.ask(commands -> commands.configSet("save", "")),
                "it cannot write to its disk: MISCONF",
                "CONFIG SET save"),
        WITHOUT_REPLICAS(
                server -> server.ask(commands -> commands.configSet("min-replicas-to-write", "1")),
                server -> server.ask(commands -> commands.configSet("min-replicas-to-write", "0")),
                "too few replicas follow it: NOREPLICAS",
                "min-replicas-to-write");

        @SuppressWarnings("ImmutableEnumChecker")
        private final Consumer<TestRedis> begin;

        @SuppressWarnings("ImmutableEnumChecker")
        private final Consumer<TestRedis> end;

        @SuppressWarnings("ImmutableEnumChecker")
        private final String[] told;

        State(Consumer<TestRedis> begin, Consumer<TestRedis> end, String... told) {
            this.begin = begin;
            this.end = end;
            this.told = told;
        }

        private static void failToSave(TestRedis server) {
            try {
                Path log = Path.of(
                        server.ask(commands -> commands.configGet("dir")).get("dir"), "log");
                Files.delete(log);
                Files.delete(log.getParent());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.ask(commands -> commands.bgsave());
            await().until(() ->
                    server.ask(commands -> commands.info("persistence")).contains("rdb_last_bgsave_status:err"));
        }
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void it_is_told_to_who_asks_sends_and_only_reads_and_ends_by_itself(State state) {
        RedisQueues queues = open(server.url());
        queues.check();
        TaskQueue.Reader reader = queues.taskQueue().reader("w1");
        assertThat(reader.read(1, NOT_AT_ALL)).isEmpty();

        state.begin.accept(server);

        assertThatExceptionOfType(QueueTakesNothing.class)
                .isThrownBy(queues::check)
                .satisfies(e -> assertThat(e.getMessage()).contains(state.told).doesNotContain("script", "unknown"));
        assertThatExceptionOfType(QueueTakesNothing.class)
                .isThrownBy(() -> queues.taskQueue().lostItsMemory());
        assertThatExceptionOfType(QueueTakesNothing.class)
                .isThrownBy(() -> queues.taskQueue().send(List.of(TICKET)));
        assertThatExceptionOfType(QueueTakesNothing.class).isThrownBy(() -> reader.read(1, NOT_AT_ALL));

        state.end.accept(server);

        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(QueueUnavailable.class)
                .until(() -> {
                    queues.taskQueue().send(List.of(TICKET));
                    return true;
                });
        assertThat(reader.read(1, NOT_AT_ALL)).extracting(Delivery::taskId).containsExactly("t");
        assertThatNoException().isThrownBy(queues::check);
    }

    /** Nobody else in this process has noticed anything. */
    @Test
    void who_only_reads_finds_out_by_itself() {
        TaskQueue.Reader reader = open(server.url()).taskQueue().reader("w1");
        assertThat(reader.read(1, NOT_AT_ALL)).isEmpty();
        State.FULL.begin.accept(server);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThatExceptionOfType(QueueTakesNothing.class)
                        .isThrownBy(() -> reader.read(1, NOT_AT_ALL)));
    }

    @Test
    void a_user_who_may_only_read_is_refused_wherever_it_is_found_out() {
        server.ask(commands -> commands.aclSetuser("me", all()));
        RedisQueues queues = open("redis://me:secret@127.0.0.1:" + server.port());
        TaskQueue.Reader reader = queues.taskQueue().reader("w1");
        assertThat(reader.read(1, NOT_AT_ALL)).isEmpty();

        server.ask(commands ->
                commands.aclSetuser("me", all().removeCommand(CommandType.XADD).removeCommand(CommandType.SET)));

        refused(queues::check);
        refused(() -> queues.taskQueue().send(List.of(TICKET)));
        refused(() -> reader.read(1, NOT_AT_ALL));

        server.ask(commands -> commands.aclSetuser("me", all()));
        queues.taskQueue().send(List.of(TICKET));
        assertThat(reader.read(1, NOT_AT_ALL)).hasSize(1);
    }

    private static AclSetuserArgs all() {
        return AclSetuserArgs.Builder.on()
                .addPassword("secret")
                .allKeys()
                .allChannels()
                .allCommands();
    }

    private static void refused(Runnable action) {
        assertThatExceptionOfType(QueueRefused.class)
                .isThrownBy(action::run)
                .withMessageContaining("does not allow this user what the queue needs")
                .withMessageContaining("ACL SETUSER");
    }
}
