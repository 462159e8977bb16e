package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.Consumer;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each on a server of its own, because it is flushed, paused or killed. */
class RedisFaultsIT {
    private static final Duration NOT_AT_ALL = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Ticket TICKET = new Ticket("t", Priority.NORMAL);

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable some : opened.reversed()) {
            some.close();
        }
    }

    private TestRedis server(String... options) {
        TestRedis server = TestRedis.start(options);
        opened.add(server);
        return server;
    }

    private RedisQueues open(RedisSettings settings) {
        RedisQueues queues = RedisQueues.open(settings);
        opened.add(queues);
        return queues;
    }

    @Test
    void aKilledServerIsUnavailableAndUsedAgainWhenItIsBack() {
        TestRedis server = server();
        TaskQueue queue = open(RedisSettings.of(server.url())).taskQueue();
        TaskQueue.Reader reader = queue.reader("w1");
        var waiting = CompletableFuture.supplyAsync(() -> reader.read(1, LONG));
        await().until(() -> blockedClients(server) == 1);

        server.kill();

        assertThat(waiting.handle((read, failure) -> failure == null ? read : List.of())
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join())
                .isEmpty();
        assertThatExceptionOfType(QueueUnavailable.class).isThrownBy(() -> reader.read(1, NOT_AT_ALL));
        assertThatExceptionOfType(QueueUnavailable.class).isThrownBy(() -> queue.send(List.of(TICKET)));

        server.restart();

        await().ignoreExceptionsInstanceOf(QueueUnavailable.class).until(queue::lostItsMemory);
        queue.send(List.of(TICKET));
        assertThat(reader.read(1, LONG)).extracting(Delivery::taskId).containsExactly("t");
    }

    private static long blockedClients(TestRedis server) {
        return server.ask(commands -> commands.info("clients"))
                .lines()
                .filter(line -> line.startsWith("blocked_clients:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    @Test
    void aServerThatRestartedMayHaveLostTicketsEvenWhenItRemembersMost() {
        TestRedis server = server("--appendonly", "yes");
        TaskQueue queue = open(RedisSettings.of(server.url())).taskQueue();
        queue.lostItsMemory();
        queue.send(List.of(TICKET));
        assertThat(queue.lostItsMemory()).isFalse();

        server.kill();
        server.restart();

        await().ignoreExceptionsInstanceOf(QueueUnavailable.class).until(queue::lostItsMemory);
        assertThat(queue.lostItsMemory()).isFalse();
        assertThat(queue.reader("w1").read(1, LONG)).hasSize(1);
    }

    @Test
    void aLossIsHeardOfEvenWhenTheFirstAnswerWasLost() {
        TestRedis server = server();
        RedisSettings settings = RedisSettings.of(server.url()).withCommandTimeout(Duration.ofMillis(300));
        RedisQueues queues = open(settings);
        queues.check();
        server.ask(commands -> commands.clientPause(1_000));

        assertThatExceptionOfType(QueueUnavailable.class)
                .isThrownBy(() -> queues.taskQueue().lostItsMemory());

        assertThat(await().ignoreExceptionsInstanceOf(QueueUnavailable.class)
                        .until(() -> List.of(queues.taskQueue().lostItsMemory()), answer -> !answer.isEmpty()))
                .containsExactly(true);
    }

    @Test
    void aTicketWhoseDeliveryNobodyWaitedForAnyMoreIsReadNext() {
        TestRedis server = server();
        RedisSettings settings = RedisSettings.of(server.url()).withCommandTimeout(Duration.ofMillis(300));
        TaskQueue.Reader reader = open(settings).taskQueue().reader("w1");
        TaskQueue sender = open(RedisSettings.of(server.url())).taskQueue();
        for (int round = 0; round < 5; round++) {
            assertThat(reader.read(1, NOT_AT_ALL)).isEmpty();
            sender.send(List.of(TICKET));
            server.ask(commands -> commands.clientPause(1_000));

            assertThatExceptionOfType(QueueUnavailable.class)
                    .isThrownBy(() -> reader.read(1, NOT_AT_ALL))
                    .withMessageContaining("no answer in time");

            List<Delivery> read = await().ignoreExceptionsInstanceOf(QueueUnavailable.class)
                    .until(() -> reader.read(1, NOT_AT_ALL), found -> !found.isEmpty());
            reader.settle(read);
        }
    }

    @Test
    void aDeliveryThatWentAstrayWithItsConnectionIsReadNext() {
        TestRedis server = server();
        TaskQueue queue = open(RedisSettings.of(server.url())).taskQueue();
        TaskQueue.Reader reader = queue.reader("w1");
        reader.read(1, NOT_AT_ALL);
        queue.send(List.of(TICKET));
        // Delivered in the reader's name to somebody who does not tell it, as a lost answer would be.
        deliverAstray(server, "w1");
        assertThat(reader.read(1, NOT_AT_ALL)).isEmpty();

        server.ask(commands -> commands.clientKill(KillArgs.Builder.skipme()));

        List<Delivery> read = await().ignoreExceptionsInstanceOf(QueueUnavailable.class)
                .until(() -> reader.read(1, NOT_AT_ALL), found -> !found.isEmpty());
        assertThat(read).extracting(Delivery::taskId).containsExactly("t");
    }

    @SuppressWarnings("unchecked")
    private static void deliverAstray(TestRedis server, String consumer) {
        String lane = new RedisKeys("").lane(0, Priority.NORMAL);
        server.ask(commands ->
                commands.xreadgroup(Consumer.from(RedisKeys.WORKERS, consumer), StreamOffset.lastConsumed(lane)));
    }

    @Test
    void closingALinkEndsACommandThatWouldBlockForLong() {
        TestRedis server = server();
        RedisUrl url = RedisUrl.parse(server.url(), Duration.ofSeconds(3));
        var resources = LettuceOptions.resources();
        opened.add(() -> resources.shutdown(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS));
        Deployment deployment = new SingleServer(url.seeds().getFirst(), resources, Duration.ofSeconds(3));
        opened.add(deployment);
        Replies replies = new Replies(url.masked());
        SharedLink shared = new SharedLink(
                deployment,
                new ServerCheck(RedisSettings.Evicting.REFUSE, url.masked()),
                replies,
                Duration.ofSeconds(3));
        ReaderLink link = new ReaderLink(deployment, shared, replies);
        var blocked = CompletableFuture.supplyAsync(() ->
                link.call("wait", LONG, commands -> commands.blpop(LONG.toSeconds(), "nothing is ever pushed here")));
        await().until(() -> blockedClients(server) == 1);

        link.close();

        assertThat(blocked.handle((answer, failure) -> failure)
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join())
                .hasRootCauseInstanceOf(Exception.class)
                .cause()
                .isInstanceOf(QueueUnavailable.class);
        assertThat(blockedClients(server)).isZero();
        shared.close();
    }

    @Test
    void aServerThatMayEvictIsRefusedWithTheRemedy() {
        TestRedis server = server("--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru");
        RedisQueues queues = open(RedisSettings.of(server.url()));

        assertThatExceptionOfType(EvictingRedis.class)
                .isThrownBy(queues::check)
                .withMessageContaining("'allkeys-lru'")
                .withMessageContaining("CONFIG SET maxmemory-policy noeviction");
        assertThatExceptionOfType(EvictingRedis.class)
                .isThrownBy(() -> queues.taskQueue().reader("w1").read(1, NOT_AT_ALL));

        open(RedisSettings.of(server.url()).withEvicting(RedisSettings.Evicting.WARN))
                .check();
        server.ask(commands -> commands.configSet("maxmemory-policy", "noeviction"));
        queues.check();
    }

    /** So that a command of a later version, used without asking whether it is there, fails in all tests of this package. */
    @Test
    void theServerOfTheseTestsIsTheOldestThatIsSupported() {
        String info = server().ask(commands -> commands.info("server"));
        assertThat(info).contains("redis_version:7.0.");
    }

    @Test
    void aServerWithoutAMemoryLimitCannotEvict() {
        TestRedis server = server("--maxmemory", "0", "--maxmemory-policy", "allkeys-lru");

        open(RedisSettings.of(server.url())).check();
    }

    @Test
    void aFullServerRefusesTicketsAndLosesNone() {
        TestRedis server = server();
        TaskQueue queue = open(RedisSettings.of(server.url())).taskQueue();
        queue.send(List.of(TICKET, new Ticket("u", Priority.NORMAL)));
        TaskQueue.Reader reader = queue.reader("w1");
        List<Delivery> read = reader.read(1, NOT_AT_ALL);
        server.ask(commands -> commands.configSet("maxmemory", "1"));

        assertThatExceptionOfType(QueueUnavailable.class)
                .isThrownBy(() -> queue.send(List.of(TICKET)))
                .withMessageContaining("OOM");
        assertThatExceptionOfType(QueueUnavailable.class).isThrownBy(() -> reader.giveBack(read));

        server.ask(commands -> commands.configSet("maxmemory", "0"));
        assertThat(reader.read(2, NOT_AT_ALL)).hasSize(1).isEqualTo(read);
        assertThat(reader.read(2, NOT_AT_ALL)).hasSize(1);
    }

    @Test
    void aPasswordIsNeverShown() {
        RedisQueues queues = open(RedisSettings.of("redis://user:hunter2@127.0.0.1:1/0"));

        assertThatExceptionOfType(QueueUnavailable.class)
                .isThrownBy(queues::check)
                .satisfies(e -> assertThat(Throwables.getStackTrace(e))
                        .contains("redis://***@127.0.0.1:1/0")
                        .doesNotContain("hunter2"));
    }

    @Test
    void flushingFiftyTimesUnderLoadLosesNothingThatIsSentAgain() {
        TestRedis server = server();
        TaskQueue queue = open(RedisSettings.of(server.url())).taskQueue();
        TaskQueue.Reader reader = queue.reader("w1");
        queue.lostItsMemory();
        try (var client = RedisClient.create(server.url());
                StatefulRedisConnection<String, String> flusher = client.connect()) {
            for (int round = 0; round < 50; round++) {
                Ticket ticket = new Ticket("t" + round, Priority.of("low"));
                queue.send(List.of(ticket));
                flusher.sync().flushall();
                assertThat(queue.lostItsMemory()).isTrue();
                queue.send(List.of(ticket));
                List<Delivery> read = reader.read(10, LONG);
                assertThat(read).extracting(Delivery::taskId).containsExactly(ticket.taskId());
                reader.settle(read);
            }
        }
    }
}
