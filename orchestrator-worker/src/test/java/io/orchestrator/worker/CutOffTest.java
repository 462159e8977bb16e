package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.agent.Freezable;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import io.orchestrator.store.memory.Faults;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What agents in Java see of a worker that cannot renew its lease for a while. Nobody takes the lease here. */
@Timeout(120)
final class CutOffTest {
    private static final String PLAN = """
            {"name": "one", "phases": [{"phase": "P", "agents": ["A"]}]}""";

    private final SystemClock clock = new SystemClock();
    private final RandomGenerator random = new SecureRandom();
    private final Ids ids = new Ids(clock, random);
    private volatile boolean cutOff;

    private final InMemoryStore store = new InMemoryStore(clock, ids, this::refuseRenewals);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(clock);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final WorkerPool pool = pool();

    @AfterEach
    void stop() throws InterruptedException {
        cutOff = false;
        mayEnd.countDown();
        pool.stop(Duration.ofSeconds(5));
    }

    private void refuseRenewals(String operation, Faults.Moment moment) {
        if (cutOff && operation.equals("leases.renew")) {
            throw Faults.unavailable(operation, moment);
        }
    }

    private WorkerPool pool() {
        WorkerPool.Ports ports = PortsInMemory.of(store, queue, ids, random);
        Agent agent = context -> {
            seen.add("begun under " + context.task().epoch());
            body.ifPresent(context::canStandStill);
            begun.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
                throw e;
            }
            return Json.NULL;
        };
        return WorkerPool.of(
                ports,
                WorkerSettings.DEFAULT.withConcurrency(1).withLease(Duration.ofSeconds(1)),
                AgentRegistry.empty().with("A", agent));
    }

    private volatile Optional<Freezable> body = Optional.empty();

    /** Of which the agent says that it can stand still. */
    private final class Body implements Freezable {
        private final boolean can;

        Body(boolean can) {
            this.can = can;
        }

        @Override
        public void freeze(Runnable couldNot) {
            if (!seen.contains("still")) {
                seen.add("still");
            }
            if (!can) {
                couldNot.run();
            }
        }

        @Override
        public void thaw() {
            seen.add("goes on");
        }
    }

    private String cutOff() throws InterruptedException {
        Json source = Json.parse(PLAN);
        Submission run = store.runs()
                .submit(new RunRequest(
                        PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()));
        pool.start();
        queue.send(run.ready().tickets());
        begun.await();
        cutOff = true;
        return run.ready().tickets().getFirst().taskId();
    }

    private RunView.Task end(String taskId) {
        mayEnd.countDown();
        await().until(() -> store.runs().task(taskId).orElseThrow().state().isFinal());
        return store.runs().task(taskId).orElseThrow();
    }

    @Test
    void one_that_can_stand_still_does_and_goes_on_as_the_same_attempt() throws Exception {
        body = Optional.of(new Body(true));
        String task = cutOff();
        await().until(() -> pool.getStats().frozen() == 1);
        cutOff = false;
        await().until(() -> seen.contains("goes on"));
        assertThat(pool.getStats().frozen()).isZero();
        RunView.Task end = end(task);
        assertThat(end.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(seen).containsExactly("begun under " + end.epoch(), "still", "goes on");
    }

    @Test
    void one_that_could_not_be_made_to_is_ended() throws Exception {
        body = Optional.of(new Body(false));
        cutOff();
        await().until(() -> seen.contains("interrupted"));
        assertThat(seen).contains("still").doesNotContain("goes on");
    }

    @Test
    void any_other_is_ended_as_before() throws Exception {
        cutOff();
        await().until(() -> seen.contains("interrupted"));
        assertThat(seen).doesNotContain("still");
        assertThat(pool.getStats().frozen()).isZero();
    }
}
