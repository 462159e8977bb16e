package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.worker.WorkerPool;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker takes as many tasks as it has free slots, and leaves the others to others. */
class SlotsIT {
    private static final int TASKS = 9;
    private static final String PLAN =
            "{'name':'x','inputs':{'i':[1,2,3,4,5,6,7,8,9]},'phases':[{'phase':'A','parallelism':9,"
                    + "'agents':[{'agent':'Waits','shard':{'over':'i','size':1}}]}]}";

    private final Engine engine = new Engine();
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void close() {
        go.countDown();
        engine.close();
    }

    private long waitingInRedis() {
        return engine.redis.taskQueue().depth().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private long running(String runId) {
        return engine.tasks(runId).stream()
                .filter(task -> task.state() == TaskState.RUNNING)
                .count();
    }

    private void awaitRunning(String runId, int tasks) {
        await().until(() -> running(runId) == tasks);
        await().until(() -> waitingInRedis() == TASKS - tasks);
    }

    @Test
    void what_a_worker_has_no_slot_for_stays_in_the_queue_and_what_it_runs_does_not() {
        engine.agent("Waits", c -> {
            go.await();
            return Json.NULL;
        });
        // No scheduler: nobody sends a ticket again.
        WorkerPool first = engine.addPool(2);
        String runId = engine.submit(PLAN);
        awaitRunning(runId, 2);
        assertThat(first.getStats().running()).isEqualTo(2);

        first.scale(4);
        awaitRunning(runId, 4);
        first.scale(1);
        engine.addPool(2);
        awaitRunning(runId, 6);
        assertThat(first.getStats().running())
                .as("those under way keep their place")
                .isEqualTo(4);
        assertThat(first.getStats().workerCount()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> first.scale(0));

        go.countDown();
        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
        assertThat(waitingInRedis()).isZero();
    }
}
