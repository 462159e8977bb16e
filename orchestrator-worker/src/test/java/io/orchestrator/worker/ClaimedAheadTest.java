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
import io.orchestrator.store.RunView;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Short tasks are claimed before there is a place for them; no task waits behind a long one for that reason. */
final class ClaimedAheadTest {
    private final SystemClock clock = new SystemClock();
    private final RandomGenerator random = new SecureRandom();
    private final Ids ids = new Ids(clock, random);
    private final InMemoryStore store = new InMemoryStore(clock, ids);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(clock);
    private final List<WorkerPool> pools = new ArrayList<>();
    private final CountDownLatch longBegan = new CountDownLatch(1);
    private final CountDownLatch longMayEnd = new CountDownLatch(1);
    private final AtomicInteger shortBegan = new AtomicInteger();

    @BeforeEach
    void aWorkerOfOnePlaceHasSeenShortTasksAndHoldsALongOne() throws Exception {
        start();
        String warmUp = submit("Short", 200);
        await().until(() ->
                store.runs().view(warmUp, false).orElseThrow().state().isFinal());
        submit("Long", 1);
        longBegan.await();
        shortBegan.set(0);
    }

    @AfterEach
    void stop() throws Exception {
        longMayEnd.countDown();
        for (WorkerPool pool : pools) {
            pool.stop(Duration.ofSeconds(5));
        }
    }

    @Test
    void tasks_that_wait_behind_longer_work_go_to_a_worker_that_has_a_place() {
        String run = submit("Short", 3);
        await().until(() -> tasks(run).stream().allMatch(task -> task.epoch() > 0));
        assertThat(shortBegan).hasValue(0);
        start();
        await().until(() -> store.runs().view(run, false).orElseThrow().state().isFinal());
        assertThat(tasks(run)).allSatisfy(task -> {
            assertThat(task.state()).isEqualTo(TaskState.COMPLETED);
            assertThat(task.attempts()).isEqualTo(1);
        });
        assertThat(longMayEnd.getCount()).isEqualTo(1);
    }

    @Test
    void a_worker_that_stops_gives_back_what_it_claimed_ahead_and_begins_none_of_it() throws Exception {
        String run = submit("Short", 3);
        await().until(() -> tasks(run).stream().allMatch(task -> task.epoch() > 0));
        pools.getFirst().stop(Duration.ofSeconds(1));
        assertThat(tasks(run)).allSatisfy(task -> {
            assertThat(task.state()).isEqualTo(TaskState.QUEUED);
            assertThat(task.attempts()).isEqualTo(1);
        });
        assertThat(shortBegan).hasValue(0);
    }

    private List<RunView.Task> tasks(String run) {
        return store.runs().view(run, true).orElseThrow().phases().getFirst().tasks();
    }

    private String submit(String agent, int tasks) {
        Json source = Json.parse("""
                {"name": "n", "inputs": {"items": %s}, "phases": [{"phase": "P", "parallelism": %d,
                  "agents": [{"agent": "%s", "shard": {"over": "items", "size": 1}}]}]}
                """.formatted(new ArrayList<>(Collections.nCopies(tasks, 1)), tasks, agent));
        var submission = store.runs()
                .submit(new RunRequest(
                        PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()));
        queue.send(submission.ready().tickets());
        return submission.runId();
    }

    private void start() {
        WorkerPool.Ports ports = PortsInMemory.of(store, queue, ids, random);
        AgentRegistry agents = AgentRegistry.empty()
                .with("Short", context -> {
                    shortBegan.incrementAndGet();
                    return Json.NULL;
                })
                .with("Long", context -> {
                    longBegan.countDown();
                    longMayEnd.await();
                    return Json.NULL;
                });
        WorkerPool pool = WorkerPool.of(ports, WorkerSettings.DEFAULT.withConcurrency(1), agents);
        pools.add(pool);
        pool.start();
    }
}
