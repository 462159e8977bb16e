package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.queue.redis.TestCluster;
import io.orchestrator.queue.redis.TestSentinels;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.worker.WorkerPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The engine on a Redis that is more than one server. */
@Tag("slow")
class RedisConstellationsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DatabaseUrl url = TestServers.newDatabase();
    private final AtomicInteger executions = new AtomicInteger();

    private Engine engine(RedisSettings redis) {
        return new Engine(
                        url,
                        Duration.ofSeconds(15),
                        PostgresStore.open(url, "constellation", 16, Engine.newIds()),
                        redis)
                .agent("Short", context -> Json.of(executions.incrementAndGet()));
    }

    private static String tasks(int count) {
        String items = IntStream.range(0, count).mapToObj(String::valueOf).collect(Collectors.joining(","));
        return "{'name':'x','inputs':{'i':[" + items + "]},'phases':[{'phase':'A','parallelism':" + count
                + ",'agents':[{'agent':'Short','shard':{'over':'i','size':1}}]},{'phase':'B','agents':['Short']}]}";
    }

    @Test
    void work_before_during_and_after_a_failover_of_a_paused_master_is_done_once() {
        try (TestSentinels sentinels = TestSentinels.start();
                Engine engine = engine(RedisSettings.of(sentinels.url()))) {
            WorkerPool pool = engine.start(4).pools.getFirst();
            RunView before = engine.awaitEnd(engine.submit(tasks(30)));
            sentinels.pauseFirstMaster();
            String during = engine.submit(tasks(30));
            await().atMost(PATIENCE).until(() -> !pool.getStats().queueAnswers());
            sentinels.awaitFailover();
            await().atMost(PATIENCE).until(() -> pool.getStats().queueAnswers());
            String afterIt = engine.submit(tasks(30));
            RunView second = engine.awaitEnd(during);
            RunView third = engine.awaitEnd(afterIt);
            sentinels.resumeFirstMaster();
            sentinels.awaitThatItIsAReplica();
            RunView last = engine.awaitEnd(engine.submit(tasks(30)));
            assertThat(List.of(before, second, third, last))
                    .extracting(RunView::state)
                    .containsOnly(StageState.COMPLETED);
            assertThat(executions).hasValue(4 * 31);
            assertThat(pool.getStats().queueAnswers()).isTrue();
            assertThat(Judgement.of(url)).isEmpty();
        }
    }

    @Test
    void a_cluster_of_three_masters_carries_a_run() {
        try (TestCluster cluster = TestCluster.start();
                Engine engine = engine(RedisSettings.of(cluster.url()).withPartitions(6))) {
            WorkerPool pool = engine.start(8).pools.getFirst();
            engine.addPool(8);
            RunView end = engine.awaitEnd(engine.submit(tasks(500)));
            assertThat(end.state()).isEqualTo(StageState.COMPLETED);
            assertThat(executions).hasValue(501);
            assertThat(cluster.keys()).allSatisfy(keys -> assertThat(keys).isPositive());
            assertThat(pool.getStats().queueAnswers()).isTrue();
            assertThat(Judgement.of(url)).isEmpty();
        }
    }
}
