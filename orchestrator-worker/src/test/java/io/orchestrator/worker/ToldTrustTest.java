package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.store.memory.Faults;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What ends agents instead of their worker knows in time when to. */
final class ToldTrustTest {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final int TWICE = 2;

    private final SystemClock clock = new SystemClock();
    private final RandomGenerator random = new SecureRandom();
    private final Ids ids = new Ids(clock, random);
    private final Ticks ticks = new SystemTicks();
    private final InMemoryStore store = new InMemoryStore(clock, ids, Faults.NONE);
    private final List<Told> told = new CopyOnWriteArrayList<>();

    private record Told(long until, long at) {}

    @Test
    void each_renewal_tells_an_instant_after_the_pools_own_trust_and_before_the_leases_end() throws Exception {
        WorkerPool pool = WorkerPool.of(
                PortsInMemory.of(store, new InMemoryTaskQueue(clock), ids, random),
                WorkerSettings.DEFAULT.withLease(LEASE),
                AgentRegistry.empty());
        long began = ticks.nanos();
        pool.onTrust(until -> told.add(new Told(until, ticks.nanos())));
        pool.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> told.size() >= TWICE);
        pool.stop(Duration.ofSeconds(1));

        assertThat(told.getFirst().until()).isGreaterThan(began + LEASE.toNanos() * 9 / 10);
        assertThat(told).allSatisfy(one -> assertThat(one.until()).isLessThan(one.at() + LEASE.toNanos()));
        assertThat(told.get(1).until()).isGreaterThan(told.getFirst().until());
    }
}
