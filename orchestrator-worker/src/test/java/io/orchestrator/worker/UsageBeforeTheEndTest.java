package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import io.orchestrator.store.memory.Faults;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an agent has said to have used is on the bill before its attempt ends, in whatever way that ends. */
final class UsageBeforeTheEndTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Usage SPENT = new Usage(2_500, new BigDecimal("0.25"), 70);

    private final SystemClock clock = new SystemClock();
    private final RandomGenerator random = new SecureRandom();
    private final Ids ids = new Ids(clock, random);
    /** How many rounds of heartbeats are refused. */
    private final AtomicInteger refusals = new AtomicInteger();

    private final InMemoryStore store = new InMemoryStore(clock, ids, this::refuseHeartbeats);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(clock);
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<WorkerPool> pools = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        for (WorkerPool pool : pools) {
            pool.stop(Duration.ofSeconds(5));
        }
    }

    private void start(Agent agent) {
        WorkerPool.Ports ports = PortsInMemory.of(store, queue, ids, random);
        WorkerPool pool = WorkerPool.of(
                ports,
                WorkerSettings.DEFAULT.withConcurrency(1),
                AgentRegistry.empty().with("A", agent));
        pool.start();
        pools.add(pool);
    }

    private void refuseHeartbeats(String operation, Faults.Moment moment) {
        if (operation.equals("tasks.heartbeat") && refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw Faults.unavailable(operation, moment);
        }
    }

    private String submit() {
        Json plan = Json.parse("{\"name\":\"bill\",\"phases\":[{\"phase\":\"P\",\"agents\":[\"A\"]}]}");
        Submission submission = store.runs()
                .submit(new RunRequest(
                        PlanReader.read(plan), plan, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()));
        queue.send(submission.ready().tickets());
        return submission.runId();
    }

    private RunView run(String id) {
        return store.runs().view(id, true).orElseThrow();
    }

    /** Signs of life are refused, so that nothing but the write itself can have carried what was used. */
    private Usage billAfter(String writing) throws Exception {
        refusals.set(Integer.MAX_VALUE);
        CountDownLatch written = new CountDownLatch(1);
        start(context -> {
            context.usage(SPENT.tokens(), SPENT.costUsd(), SPENT.toolMs());
            switch (writing) {
                case "checkpoint" -> context.checkpoint("here", Json.of(1));
                case "step" -> context.step("look-up", () -> Json.of(1));
                default -> context.children().submit(new ChildSpec("c", "agent", "B", Json.EMPTY_OBJECT));
            }
            written.countDown();
            over.await();
            return Json.NULL;
        });
        String runId = submit();
        written.await();
        return run(runId).phases().getFirst().tasks().getFirst().usage();
    }

    @Test
    void what_was_used_before_a_checkpoint_is_on_the_bill_when_the_checkpoint_is_saved() throws Exception {
        assertThat(billAfter("checkpoint")).isEqualTo(SPENT);
    }

    @Test
    void what_was_used_before_a_step_is_on_the_bill_when_the_step_is_saved() throws Exception {
        assertThat(billAfter("step")).isEqualTo(SPENT);
    }

    @Test
    void what_was_used_before_a_child_is_on_the_bill_when_the_child_is_submitted() throws Exception {
        assertThat(billAfter("child")).isEqualTo(SPENT);
    }

    @Test
    void what_a_round_of_heartbeats_could_not_store_goes_with_the_next_ones() {
        refusals.set(3);
        start(context -> {
            context.usage(SPENT.tokens(), SPENT.costUsd(), SPENT.toolMs());
            over.await();
            return Json.NULL;
        });
        String runId = submit();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(run(runId).usage()).isEqualTo(SPENT));
        assertThat(refusals).hasValue(0);
    }
}
