package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.orchestrator.embedded.StopMode;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.run.StageState;
import io.orchestrator.scheduler.SchedulerSettings;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers go away and come back in the middle of work; nothing is lost and nobody has to act. */
class OutageIT {
    private static final String THIRTY =
            "{'name':'x','inputs':{'i':[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30]},"
                    + "'phases':[{'phase':'A','parallelism':30,'agents':[{'agent':'Short','shard':{'over':'i','size':1}}]},"
                    + "{'phase':'B','agents':['Short']}]}";

    private final TemporaryStack stack = TemporaryStack.open();
    private final Engine engine = Engine.on(stack, Duration.ofSeconds(15));

    @AfterEach
    void close() {
        engine.close();
        stack.close();
    }

    @Test
    void with_redis_gone_workers_take_tasks_from_postgres_until_it_is_back() {
        engine.agent("Short", c -> Json.NULL).start(4);
        stack.killRedis();
        String runId = engine.submit(THIRTY);
        RunView end = engine.awaitEnd(runId);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(engine.pools.getFirst().getStats().queueAnswers()).isFalse();
        stack.restartRedis();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> engine.pools.getFirst().getStats().queueAnswers());
        assertThat(engine.awaitEnd(engine.submit(THIRTY)).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void with_redis_gone_the_lowest_lane_is_served_however_much_waits_in_the_highest() {
        Queue<String> order = new ConcurrentLinkedQueue<>();
        engine.agent("Short", c -> {
            order.add(c.task().runId());
            return Json.NULL;
        });
        stack.killRedis();
        String critical = engine.submit(THIRTY.replace("'phases'", "'priority':'critical','phases'"));
        String low = engine.submit("{'name':'l','priority':'low','phases':[{'phase':'A','agents':['Short']}]}");
        engine.start(1);
        engine.awaitEnd(critical);
        engine.awaitEnd(low);
        List<String> begun = List.copyOf(order);
        assertThat(begun.indexOf(low)).isBetween(8, 26);
    }

    @Test
    void a_redis_that_forgets_everything_is_filled_again() {
        AtomicInteger done = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        engine.agent("Short", c -> {
            go.await();
            return Json.of(done.incrementAndGet());
        });
        engine.start(4);
        String runId = engine.submit(THIRTY);
        stack.killRedis();
        stack.restartRedis();
        go.countDown();
        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
        assertThat(done).hasValue(31);
    }

    /** Without workers, so that every ticket stays to be counted. */
    @Test
    void ten_thousand_queued_tasks_have_their_tickets_again_after_a_flush() {
        String items = IntStream.range(0, 10_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
        engine.submit("{'name':'x','inputs':{'i':[" + items + "]},'phases':[{'phase':'A','parallelism':10000,"
                + "'agents':[{'agent':'Short','shard':{'over':'i','size':1}}]}]}");
        engine.scheduler.start();
        await().atMost(Duration.ofMinutes(1)).until(this::tickets, waiting -> waiting >= 10_000);

        try (RedisClient client = RedisClient.create(stack.redisUrl());
                var connection = client.connect()) {
            connection.sync().flushall();
        }

        await().atMost(Duration.ofMinutes(1))
                .until(() -> engine.redis.taskQueue().waiting(Priority.NORMAL).size() == 10_000);
        // Some may be there twice: what was sent between the flush and its discovery, while the lane was nearly empty.
        assertThat(tickets()).isLessThanOrEqualTo(10_000 + SchedulerSettings.DEFAULT.enoughTickets());
    }

    private long tickets() {
        return engine.redis.taskQueue().depth().getOrDefault(Priority.NORMAL, 0L);
    }

    @Test
    void a_postgres_that_goes_down_and_comes_back_costs_no_healthy_attempt() {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        engine.agent("Long", c -> {
                    started.countDown();
                    boolean released = go.await(60, TimeUnit.SECONDS);
                    return Json.of(released);
                })
                .start(4);
        String runId = engine.submit(
                "{'name':'x','phases':[{'phase':'A','parallelism':2,'agents':['Long',{'agent':'Long','as':'L2'}]}]}");
        await().until(() -> started.getCount() == 0);
        stack.killPostgres(StopMode.IMMEDIATE);
        go.countDown();
        stack.restartPostgres();
        RunView end = engine.awaitEnd(runId);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(engine.store.runs().events(runId, 0, 100))
                .extracting(EventView::kind)
                .doesNotContain("task.reclaimed", "task.retrying");
        assertThat(engine.tasks(runId)).extracting(RunView.Task::epoch).containsOnly(1L);
    }
}
