package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.queue.memory.MemoryBroker;
import io.orchestrator.run.StageState;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.worker.Scaling;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The number of slots follows what is queued and running: up at once, down only after a while of too little work. */
class AutoScalingIT {
    private static final Scaling.Range TWO_TO_TEN = new Scaling.Range(true, 2, 10);

    private final Engine engine = new Engine();
    private final AtomicLong nanos = new AtomicLong();
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void close() {
        go.countDown();
        engine.close();
    }

    /** Not started: it scales when it is asked to, and its time is the test's. */
    private WorkerPool pool() {
        return engine.newPool(
                WorkerSettings.DEFAULT.withConcurrency(2).withScaling(TWO_TO_TEN),
                engine.store.tasks(),
                engine.store.leases(),
                engine.redis.taskQueue(),
                nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void queue(int tasks) {
        engine.redis
                .taskQueue()
                .send(IntStream.range(0, tasks)
                        .mapToObj(i -> new Ticket("task-" + i, Priority.of("low")))
                        .toList());
    }

    private void drain() {
        try (TaskQueue.Reader reader = engine.redis.taskQueue().reader("another")) {
            List<Delivery> all = reader.read(1_000, Duration.ZERO);
            reader.settle(all);
        }
    }

    @Test
    void slots_grow_at_once_and_shrink_only_after_a_while_without_enough_work() {
        WorkerPool pool = pool();
        assertThat(pool.autoScale()).isEqualTo(2);
        queue(7);
        assertThat(pool.autoScale()).isEqualTo(7);
        queue(70);
        assertThat(pool.autoScale()).isEqualTo(10);

        drain();
        assertThat(pool.autoScale()).isEqualTo(10);
        pass(Scaling.PATIENCE.minusSeconds(1));
        assertThat(pool.autoScale()).isEqualTo(10);
        queue(20);
        assertThat(pool.autoScale()).as("the wait begins anew").isEqualTo(10);
        drain();
        assertThat(pool.autoScale()).isEqualTo(10);
        pass(Scaling.PATIENCE.minusSeconds(1));
        assertThat(pool.autoScale()).isEqualTo(10);
        pass(Duration.ofSeconds(1));
        assertThat(pool.autoScale()).isEqualTo(2);
        assertThat(pool.getStats().workerCount()).isEqualTo(2);
    }

    @Test
    void nothing_is_scaled_while_nobody_knows_what_is_queued() {
        MemoryBroker broker = new MemoryBroker(new SystemClock());
        WorkerPool pool = engine.agent("Waits", c -> Json.of(go.await(60, TimeUnit.SECONDS)))
                .newPool(
                        WorkerSettings.DEFAULT.withLease(engine.lease).withScaling(TWO_TO_TEN),
                        engine.store.tasks(),
                        engine.store.leases(),
                        new InMemoryTaskQueue(broker),
                        new SystemTicks());
        pool.start();
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Waits']}]}");
        String task = engine.tasks(runId).getFirst().id();
        new InMemoryTaskQueue(broker).send(List.of(new Ticket(task, Priority.NORMAL)));
        await().until(() -> pool.getStats().running() == 1);

        broker.goAway();
        pool.scale(5);
        for (int look = 0; look < 20; look++) {
            assertThat(pool.autoScale()).isEqualTo(5);
        }
    }

    @Test
    void a_pool_at_work_grows_by_itself_within_its_range() {
        engine.agent("Waits", c -> Json.of(go.await(60, TimeUnit.SECONDS)));
        engine.scheduler.start();
        engine.timer.start();
        WorkerPool pool = engine.newPool(WorkerSettings.DEFAULT
                .withConcurrency(1)
                .withLease(engine.lease)
                .withScaling(new Scaling.Range(true, 1, 6)));
        pool.start();
        String runId =
                engine.submit("{'name':'x','inputs':{'i':[1,2,3,4,5,6,7,8,9]},'phases':[{'phase':'A','parallelism':9,"
                        + "'agents':[{'agent':'Waits','shard':{'over':'i','size':1}}]}]}");
        await().until(() -> pool.getStats().running() == 6);
        assertThat(pool.getStats().workerCount()).isEqualTo(6);
        go.countDown();
        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
    }
}
