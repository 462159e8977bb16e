package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.protocol.CommandType;
import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis that answers and turns us away is told as what it is, with what to do, and never as an outage. */
class RedisRefusalsIT {
    private final TestRedis server = TestRedis.start();
    private final List<RedisQueues> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(RedisQueues::close);
        server.close();
    }

    private RedisQueues open(String url) {
        RedisQueues queues = RedisQueues.open(RedisSettings.of(url));
        open.add(queues);
        return queues;
    }

    private void refused(String url, String... told) {
        RedisQueues queues = open(url);
        assertThatExceptionOfType(QueueRefused.class)
                .isThrownBy(queues::check)
                .satisfies(e -> assertThat(e.getMessage()).contains(told).doesNotContain("secret", "unknown"));
    }

    @Test
    void a_password_that_is_missing_or_wrong() {
        server.ask(commands -> commands.configSet("requirepass", "right"));

        refused(server.url(), "does not let this program in: NOAUTH", "REDIS_URL");
        refused("redis://:secret@127.0.0.1:" + server.port(), "does not let this program in: WRONGPASS");
        refused("redis://me:secret@127.0.0.1:" + server.port(), "does not let this program in: WRONGPASS");
        assertThatNoException().isThrownBy(open("redis://:right@127.0.0.1:" + server.port())::check);
    }

    @ParameterizedTest
    @EnumSource(
            value = CommandType.class,
            names = {"XADD", "XREADGROUP", "EVAL", "PUBLISH"})
    void a_user_who_may_not_do_what_the_queue_lives_on(CommandType command) {
        server.ask(commands -> commands.aclSetuser(
                "me",
                AclSetuserArgs.Builder.on()
                        .addPassword("secret")
                        .allKeys()
                        .allChannels()
                        .allCommands()
                        .removeCommand(command)));

        refused(
                "redis://me:secret@127.0.0.1:" + server.port(),
                "does not allow this user what the queue needs: NOPERM",
                "ACL SETUSER");
    }

    @Test
    void a_database_that_does_not_exist() {
        refused(server.url() + "/99", "has no such database");
    }

    @Test
    void tls_where_the_server_speaks_none() {
        refused("rediss://127.0.0.1:" + server.port(), "do not agree on TLS", "redis://");
    }

    /** As one with TLS answers to who speaks without: an alert, and the end. */
    @Test
    void a_server_that_speaks_tls_where_the_url_does_not_ask_for_it() throws IOException {
        try (ServerSocket secured = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerWithAlerts(secured));

            refused("redis://127.0.0.1:" + secured.getLocalPort(), "do not agree on TLS", "rediss://");
        }
    }

    private static void answerWithAlerts(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getInputStream().read();
                client.getOutputStream().write(new byte[] {0x15, 3, 1, 0, 2, 2, 70});
            } catch (IOException e) {
                // The client hung up, or the test is over.
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2.14", "5.0.7"})
    void a_server_that_is_too_old(String version) {
        ServerCheck check = new ServerCheck(RedisSettings.Evicting.REFUSE, "redis://there");

        assertThatExceptionOfType(QueueRefused.class)
                .isThrownBy(() -> check.check(() -> "redis_version:" + version + "\r\nmaxmemory_policy:noeviction\r\n"))
                .withMessage("Redis at redis://there is version " + version + "; expected 7.0 or newer. Upgrade it");
        assertThatNoException()
                .isThrownBy(() -> check.check(() -> "redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\n"));
    }

    @Test
    void the_check_leaves_nothing_behind_that_stays_and_a_server_that_is_gone_is_an_outage() {
        RedisQueues queues = open(server.url());
        queues.check();
        List<String> keys = server.ask(commands -> commands.keys("*"));
        assertThat(keys).containsExactly("{tasks:0}:spread");
        long life = server.ask(commands -> commands.pttl("{tasks:0}:spread"));
        assertThat(life).isBetween(1L, 16_000L);

        server.kill();

        assertThatExceptionOfType(QueueUnavailable.class)
                .isThrownBy(queues::check)
                .isNotInstanceOf(QueueRefused.class);
    }

    @Test
    void a_password_that_was_changed_is_told_also_to_who_was_connected_before() {
        RedisQueues queues = open(server.url());
        queues.check();
        String connections = server.ask(commands -> {
            commands.configSet("requirepass", "right");
            // All but the one that asks: who comes back has to say the password.
            return commands.clientKill(KillArgs.Builder.skipme()).toString();
        });
        assertThat(connections).isNotEqualTo("0");

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThatExceptionOfType(QueueRefused.class)
                        .isThrownBy(queues::check)
                        .withMessageContaining("NOAUTH"));
    }
}
