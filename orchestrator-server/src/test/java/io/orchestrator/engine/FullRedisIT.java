package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work goes on beside a Redis that answers who reads and takes no tickets. */
class FullRedisIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final String TWO_STEPS =
            "{'name':'x','phases':[{'phase':'A','agents':['Short']},{'phase':'B','agents':['Short']}]}";

    private final TemporaryStack stack = TemporaryStack.open();
    private final RedisClient client = RedisClient.create(stack.redisUrl());

    @AfterEach
    void close() {
        client.shutdown();
        stack.close();
    }

    private void tell(Consumer<RedisCommands<String, String>> action) {
        try (var connection = client.connect()) {
            action.accept(connection.sync());
        }
    }

    @Test
    void with_redis_full_or_a_replica_workers_take_tasks_from_postgres_until_it_takes_tickets_again() {
        try (Engine engine = Engine.on(stack, LEASE)) {
            WorkerPool pool =
                    engine.agent("Short", c -> Json.NULL).start(4).pools.getFirst();
            assertThat(ends(engine)).isEqualTo(StageState.COMPLETED);

            tell(redis -> redis.configSet("maxmemory", "1"));
            assertThat(ends(engine)).isEqualTo(StageState.COMPLETED);
            assertThat(pool.getStats().queueAnswers()).isFalse();
            tell(redis -> redis.configSet("maxmemory", "0"));
            awaitQueue(pool);
            assertThat(ends(engine)).isEqualTo(StageState.COMPLETED);

            tell(redis -> redis.replicaof("127.0.0.1", 1));
            assertThat(ends(engine)).isEqualTo(StageState.COMPLETED);
            assertThat(pool.getStats().queueAnswers()).isFalse();
            tell(RedisCommands::replicaofNoOne);
            awaitQueue(pool);
            assertThat(ends(engine)).isEqualTo(StageState.COMPLETED);
        }
    }

    /** The worker's own user may do everything: to it the queue is merely empty. */
    @Test
    void a_worker_takes_from_postgres_what_the_scheduler_may_not_send() {
        tell(redis -> redis.aclSetuser(
                "scheduler",
                AclSetuserArgs.Builder.on()
                        .addPassword("secret")
                        .allKeys()
                        .allChannels()
                        .allCommands()
                        .removeCommand(CommandType.XADD)));
        DatabaseUrl url = DatabaseUrl.parse(stack.databaseUrl());
        new Migrator(url).migrate();
        String asScheduler = stack.redisUrl().replaceFirst("//(.*@)?", "//scheduler:secret@");
        try (Engine engine = new Engine(url, asScheduler, LEASE);
                RedisQueues workers = RedisQueues.open(RedisSettings.of(stack.redisUrl()))) {
            engine.agent("Short", c -> Json.NULL).scheduler.start();
            engine.newPool(
                            WorkerSettings.DEFAULT.withConcurrency(2).withLease(LEASE),
                            engine.store.tasks(),
                            engine.store.leases(),
                            workers.taskQueue(),
                            new SystemTicks())
                    .start();
            assertThat(ends(engine)).isEqualTo(StageState.COMPLETED);
        }
    }

    private static StageState ends(Engine engine) {
        RunView end = engine.awaitEnd(engine.submit(TWO_STEPS));
        return end.state();
    }

    private static void awaitQueue(WorkerPool pool) {
        await().atMost(PATIENCE).until(() -> pool.getStats().queueAnswers());
    }
}
