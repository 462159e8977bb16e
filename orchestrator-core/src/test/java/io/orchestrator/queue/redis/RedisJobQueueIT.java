package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ScriptOutputType;
import io.orchestrator.json.Json;
import io.orchestrator.queue.JobQueue;
import io.orchestrator.queue.JobQueue.Message;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisJobQueueIT {
    private final RedisSettings settings = TestRedis.sharedSettings();
    private final RedisQueues queues = RedisQueues.open(settings);
    private final JobQueue jobs = queues.jobQueue();
    private final Queue<Message> received = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        queues.close();
    }

    @Test
    void theSameKeyIsEnqueuedOnce() {
        Json payload = Json.object("n", 1);
        String key = JobQueue.generateKey("intake", Json.parse("{\"a\":1, \"b\":2}"), "v1");
        String sameKey = JobQueue.generateKey("intake", Json.parse("{\"b\":2,\"a\":1}"), "v1");

        assertThat(jobs.enqueue("tasks", payload, key)).isPresent();
        assertThat(jobs.enqueue("tasks", payload, sameKey)).isEmpty();
        assertThat(jobs.enqueue("events", payload, key)).as("another topic").isPresent();

        assertThat(jobs.queueDepth("tasks")).isEqualTo(1);
    }

    @Test
    void withoutAKeyEveryMessageIsEnqueued() {
        assertThat(jobs.enqueue("tasks", Json.object("n", 1))).isNotBlank();
        assertThat(jobs.enqueue("tasks", Json.object("n", 1))).isNotBlank();
        assertThat(jobs.enqueue("events", Json.NULL)).isNotBlank();
        assertThat(jobs.queueDepth("tasks")).isEqualTo(2);
        try (var consumption = jobs.consume("tasks", "workers", "w1", received::add)) {
            assertThat(consumption).isNotNull();
            await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == 2);
        }
        assertThat(received).extracting(Message::payload).containsOnly(Json.object("n", 1));
    }

    /** They would be one key for all who have none, under which only the first message counts. */
    @Test
    @SuppressWarnings("NullAway") // as code that is not checked for nulls calls it
    void aKeyThatIsNullOrBlankIsRefused() {
        for (String key : new String[] {null, "", "  ", "\t"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> jobs.enqueue("tasks", Json.NULL, key))
                    .withMessageContainingAll(key == null ? "null" : "blank", "enqueue(topic, payload)");
        }
        assertThat(jobs.queueDepth("tasks")).isZero();
    }

    @Test
    void aPayloadComesBackEqualOrIsRefusedWithItsPlace() {
        Json payload = Json.parse("{\"p\":1e-150,\"limit\":1e120,\"text\":\"\\ud83d\\ude00\"}");
        jobs.enqueue("tasks", payload);
        try (JobQueue.Consumption consumption = jobs.consume("tasks", "group", "one", received::add)) {
            assertThat(consumption).isNotNull();
            await().atMost(Duration.ofSeconds(60)).until(() -> !received.isEmpty());
        }
        assertThat(received.element().payload()).isEqualTo(payload);
        for (String bad : List.of("{\"a\":[1e2000]}", "{\"a\":[\"\\ud83d\"]}", "{\"a\":[\"\\u0000\"]}")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> jobs.enqueue("tasks", Json.parse(bad)))
                    .withMessageContaining("at /a/0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> jobs.enqueue("tasks", Json.parse(bad), "key"))
                    .withMessageContaining("at /a/0");
        }
    }

    @Test
    void manyWhoEnqueueTheSameKeyAtOnceEnqueueOneMessage() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Optional<String>> enqueue = () -> jobs.enqueue("tasks", Json.NULL, "the key");
            List<Optional<String>> ids =
                    threads
                            .invokeAll(IntStream.range(0, 100)
                                    .mapToObj(i -> enqueue)
                                    .toList())
                            .stream()
                            .map(done -> done.resultNow())
                            .toList();
            assertThat(ids.stream().flatMap(Optional::stream)).hasSize(1);
        }
        assertThat(jobs.queueDepth("tasks")).isEqualTo(1);
    }

    @Test
    void aKeyIsForgottenAfterItsTimeToLive() {
        try (RedisQueues shortMemory = RedisQueues.open(settings.withIdempotenceTtl(Duration.ofMillis(50)))) {
            assertThat(shortMemory.jobQueue().enqueue("tasks", Json.NULL, "k")).isPresent();
            await().until(() ->
                    shortMemory.jobQueue().enqueue("tasks", Json.NULL, "k").isPresent());
        }
    }

    @Test
    void aConsumerThatTakesOneMessageAtATimeLeavesTheOthersToTheNext() {
        RedisSettings oneByOne = settings.withBatchSize(1).withBlockTime(Duration.ofMillis(50));
        CountDownLatch release = new CountDownLatch(1);
        try (RedisQueues slow = RedisQueues.open(oneByOne)) {
            jobs.enqueue("tasks", Json.of(1));
            jobs.enqueue("tasks", Json.of(2));
            try (var stuck = slow.jobQueue().consume("tasks", "workers", "w1", message -> hold(message, release))) {
                assertThat(stuck).isNotNull();
                await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == 1);
                try (var other = jobs.consume("tasks", "workers", "w2", received::add)) {
                    assertThat(other).isNotNull();
                    await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == 2);
                }
                release.countDown();
            }
        }
        assertThat(received).extracting(Message::payload).containsExactly(Json.of(1), Json.of(2));
    }

    private void hold(Message message, CountDownLatch release) {
        received.add(message);
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aBlockTimeOrBatchSizeThatCannotBeUsedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withBlockTime(Duration.ZERO))
                .withMessage("expected a block time from 1 ms to 60 s, found 0 ms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withBatchSize(0))
                .withMessage("expected a batch size from 1 to 10000, found 0");
    }

    @Test
    void messagesReachTheHandlerAndAreDeletedWhenItIsDone() {
        jobs.enqueue("tasks", Json.object("n", 1), "before anyone listened");
        try (var consumption = jobs.consume("tasks", "workers", "w1", received::add)) {
            assertThat(consumption).isNotNull();
            jobs.enqueue("tasks", Json.object("n", 2), "later");
            await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == 2);
            await().until(() -> jobs.queueDepth("tasks") == 0);
        }
        assertThat(received).extracting(Message::payload).containsExactly(Json.object("n", 1), Json.object("n", 2));
    }

    @Test
    void aMessageStaysUntilEveryGroupIsDoneWithIt() {
        Queue<Message> slow = new ConcurrentLinkedQueue<>();
        try (var first = jobs.consume("tasks", "one", "w1", received::add);
                var second = jobs.consume("tasks", "two", "w1", message -> {
                    slow.add(message);
                    throw new IllegalStateException("not done");
                })) {
            assertThat(first).isNotSameAs(second);
            await().until(() -> groups() == 2);
            jobs.enqueue("tasks", Json.NULL, "k");
            await().until(() -> received.size() == 1 && slow.size() == 1);
        }
        assertThat(jobs.queueDepth("tasks")).isEqualTo(1);

        jobs.acknowledge("tasks", "two", slow.element().id());

        await().until(() -> jobs.queueDepth("tasks") == 0);
    }

    private int groups() {
        String topic = new RedisKeys(settings.keyPrefix()).topic("tasks");
        return TestRedis.ask(
                settings.url(),
                commands -> commands.exists(topic) == 0
                        ? 0
                        : commands.xinfoGroups(topic).size());
    }

    @Test
    void whatAHandlerFailedOnIsClaimedByAnother() {
        try (var consumption = jobs.consume("tasks", "workers", "w1", message -> {
            received.add(message);
            throw new IllegalStateException("the handler's own fault");
        })) {
            assertThat(consumption).isNotNull();
            jobs.enqueue("tasks", Json.object("n", 1), "k");
            await().until(() -> received.size() == 1);
        }
        assertThat(jobs.claimPending("tasks", "workers", "w2", Duration.ofHours(1)))
                .isEmpty();

        List<Message> claimed = jobs.claimPending("tasks", "workers", "w2", Duration.ZERO);
        assertThat(claimed).containsExactlyElementsOf(received);
        jobs.acknowledge("tasks", "workers", claimed.getFirst().id());

        assertThat(jobs.claimPending("tasks", "workers", "w2", Duration.ZERO)).isEmpty();
        assertThat(jobs.queueDepth("tasks")).isZero();
    }

    @Test
    void nothingIsPendingInATopicNobodyUsed() {
        assertThat(jobs.claimPending("tasks", "workers", "w1", Duration.ZERO)).isEmpty();
        assertThat(jobs.queueDepth("tasks")).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> jobs.queueDepth("{x}"));
    }

    @Test
    void heartbeatsAndEventsAreBoundedAndTasksAreNot() {
        RedisKeys keys = new RedisKeys(settings.keyPrefix());
        for (String topic : JobQueue.TOPICS) {
            fill(keys.topic(topic), 101_000);
            jobs.enqueue(topic, Json.NULL, "one more");
        }
        assertThat(jobs.queueDepth("tasks")).isEqualTo(101_001);
        assertThat(jobs.queueDepth("heartbeats")).isBetween(100_000L, 100_200L);
        assertThat(jobs.queueDepth("events")).isBetween(100_000L, 100_200L);
    }

    @Test
    void aConsumerThatClosesLeavesNoNameBehindUnlessSomethingIsPendingUnderIt() {
        Queue<Message> done = new ConcurrentLinkedQueue<>();
        jobs.enqueue("tasks", Json.NULL, "k");
        jobs.enqueue("events", Json.NULL, "k");
        try (var failing = jobs.consume("tasks", "workers", "failing", message -> {
                    received.add(message);
                    throw new IllegalStateException("not done");
                });
                var other = jobs.consume("events", "workers", "orderly", done::add)) {
            assertThat(failing).isNotSameAs(other);
            await().until(() -> received.size() == 1 && done.size() == 1);
            assertThat(consumers("events")).containsExactly("orderly");
        }
        assertThat(consumers("events")).isEmpty();
        assertThat(consumers("tasks")).containsExactly("failing");
    }

    @Test
    void namesOfDeadConsumersAreRemovedWhenNothingIsPendingUnderThemAnyMore() {
        jobs.enqueue("tasks", Json.NULL, "k");
        RedisQueues dead = RedisQueues.open(settings);
        dead.jobQueue().consume("tasks", "workers", "dead", message -> {
            received.add(message);
            throw new IllegalStateException("not done");
        });
        await().until(() -> received.size() == 1);
        dead.close();

        assertThat(jobs.removeIdleConsumers("tasks", "workers", Duration.ZERO)).isZero();
        assertThat(jobs.claimPending("tasks", "workers", "alive", Duration.ZERO))
                .hasSize(1);
        assertThat(jobs.removeIdleConsumers("tasks", "workers", Duration.ofHours(1)))
                .isZero();
        assertThat(jobs.removeIdleConsumers("tasks", "workers", Duration.ZERO)).isEqualTo(1);
        assertThat(consumers("tasks")).containsExactly("alive");
        assertThat(jobs.removeIdleConsumers("nobody", "workers", Duration.ZERO)).isZero();
    }

    @Test
    void whatSomebodyElseHasPutIntoATopicArrivesAsItIsAndHoldsUpNothing() {
        String stream = new RedisKeys(settings.keyPrefix()).topic("tasks");
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        List<String> poison =
                List.of("{", "", "1e999999999", deep, "[1e99999]", "{\"a\":1,\"a\":2}", "1" + "0".repeat(100_000));
        poison.forEach(text -> TestRedis.ask(settings.url(), commands -> commands.xadd(stream, "p", text)));
        TestRedis.ask(settings.url(), commands -> commands.xadd(stream, "another field", "x"));
        jobs.enqueue("tasks", Json.of("sound"));
        try (var consumption = jobs.consume("tasks", "workers", "w1", received::add)) {
            assertThat(consumption).isNotNull();
            await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == poison.size() + 2);
        }
        assertThat(received).extracting(Message::payload).contains(Json.of("sound"), Json.of("{"), Json.of(deep));
        assertThat(jobs.queueDepth("tasks")).isZero();
    }

    @Test
    void aHandlerThatFailsOnOneMessageGetsTheOthers() {
        jobs.enqueue("tasks", Json.of("bad"));
        jobs.enqueue("tasks", Json.of("worse"));
        jobs.enqueue("tasks", Json.of("sound"));
        try (var consumption = jobs.consume("tasks", "workers", "w1", message -> {
            if (message.payload().equals(Json.of("bad"))) {
                throw new IllegalStateException("a test");
            }
            if (message.payload().equals(Json.of("worse"))) {
                throw new StackOverflowError("a test");
            }
            received.add(message);
        })) {
            assertThat(consumption).isNotNull();
            await().atMost(Duration.ofSeconds(60)).until(() -> !received.isEmpty());
        }
        assertThat(jobs.claimPending("tasks", "workers", "w2", Duration.ZERO)).hasSize(2);
    }

    private List<String> consumers(String topic) {
        String stream = new RedisKeys(settings.keyPrefix()).topic(topic);
        return TestRedis.ask(
                settings.url(),
                commands -> commands.xinfoGroups(stream).isEmpty()
                        ? List.of()
                        : commands.xinfoConsumers(stream, "workers").stream()
                                .map(described -> String.valueOf(((List<?>) described).get(1)))
                                .toList());
    }

    private void fill(String stream, int count) {
        String script = "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'p', 'null') end return 1";
        TestRedis.ask(
                settings.url(),
                commands -> commands.eval(
                        script, ScriptOutputType.INTEGER, new String[] {stream}, Integer.toString(count)));
    }

    @Test
    void aConsumerGoesOnAfterTheServerWasAwayAndForgotEverything() {
        try (TestRedis server = TestRedis.start();
                RedisQueues own = RedisQueues.open(RedisSettings.of(server.url()));
                var consumption = own.jobQueue().consume("tasks", "workers", "w1", received::add)) {
            assertThat(consumption).isNotNull();
            own.jobQueue().enqueue("tasks", Json.object("n", 1), "k");
            await().until(() -> received.size() == 1);

            server.kill();
            server.restart();

            await().ignoreExceptionsInstanceOf(QueueUnavailable.class)
                    .until(() -> own.jobQueue()
                            .enqueue("tasks", Json.object("n", 2), "k")
                            .isPresent());
            await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == 2);
        }
    }
}
