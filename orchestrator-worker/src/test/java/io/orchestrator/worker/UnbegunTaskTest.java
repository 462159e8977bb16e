package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Submission;
import io.orchestrator.store.memory.Faults;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class UnbegunTaskTest {
    private static final String PLAN = """
            {"name": "one", "phases": [{"phase": "P", "agents": ["A"]}]}""";

    private final SystemClock clock = new SystemClock();
    private final RandomGenerator random = new SecureRandom();
    private final Ids ids = new Ids(clock, random);
    private final InMemoryStore store = new InMemoryStore(clock, ids, (operation, moment) -> {
        if (operation.equals("tasks.context")) {
            throw Faults.unavailable(operation, moment);
        }
    });
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(clock);

    @Test
    void a_task_that_its_worker_cannot_begin_goes_back_to_the_queue_though_the_worker_lives_on() throws Exception {
        Json source = Json.parse(PLAN);
        Submission run = store.runs()
                .submit(new RunRequest(
                        PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()));
        WorkerPool pool = pool();
        pool.start();
        try {
            queue.send(run.ready().tickets());
            String task = run.ready().tickets().getFirst().taskId();
            await().untilAsserted(() -> {
                var view = store.runs().task(task).orElseThrow();
                assertThat(view.epoch()).isPositive();
                assertThat(view.state()).isEqualTo(TaskState.QUEUED);
            });
            assertThat(store.recovery().liveWorkers()).isEqualTo(1);
        } finally {
            pool.stop(Duration.ofSeconds(3));
        }
    }

    private WorkerPool pool() {
        WorkerPool.Ports ports = PortsInMemory.of(store, queue, ids, random);
        return WorkerPool.of(
                ports, WorkerSettings.DEFAULT, AgentRegistry.empty().with("A", context -> Json.NULL));
    }
}
