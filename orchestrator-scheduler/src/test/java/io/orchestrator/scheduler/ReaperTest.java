package io.orchestrator.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.run.Ids;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.memory.InMemoryStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Workers of the same host, whose processes can be looked at. */
class ReaperTest {
    private static final int SOON = 4;

    private final InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    private final InMemoryStore store = new InMemoryStore(clock, new Ids(clock, new SecureRandom()));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Set<String> gone = new HashSet<>();
    private final Reaper reaper = new Reaper(
            store.recovery(),
            SchedulerSettings.DEFAULT,
            new Reaper.Neighbours("host", "boot", worker -> gone.contains(worker.id())),
            new EngineMetrics(meters));

    private void register(String id) {
        store.leases().register(new WorkerInfo(id, "host", "boot", 1, "then", 4, "test"), Duration.ofMinutes(1));
    }

    private double lost() {
        return meters.get("orchestrator.workers.lost").counter().count();
    }

    @Test
    void a_worker_that_was_there_is_lost_in_the_round_after_its_end() {
        register("w");
        reaper.round();
        assertThat(lost()).isZero();
        gone.add("w");
        reaper.round();
        reaper.round();
        assertThat(lost()).isEqualTo(1);
        assertThat(store.recovery().liveWorkers()).isZero();
    }

    @Test
    void a_worker_that_came_and_went_between_two_questions_is_lost_soon() {
        reaper.round();
        register("w");
        gone.add("w");
        for (int i = 0; i < SOON; i++) {
            reaper.round();
        }
        assertThat(lost()).isEqualTo(1);
    }

    @Test
    void a_worker_that_stopped_in_order_is_not_lost() {
        register("w");
        reaper.round();
        store.leases().release("w");
        gone.add("w");
        for (int i = 0; i <= SOON; i++) {
            reaper.round();
        }
        assertThat(lost()).isZero();
    }
}
