package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.plan.BreakerRule;
import io.orchestrator.plan.TaskType;
import io.orchestrator.store.Breakers.Target;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Marks of probes where operators and older versions have a hand in it. */
class ProbeMarksIT {
    private static final BreakerRule RULE = new BreakerRule(1, Duration.ofHours(1), 1);

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final Rows rows = new Rows(tested.url);
    private final Submission run = f.submit("{'name':'p','phases':[{'phase':'P','agents':['A']}]}");
    private final Target target = new Target(TaskType.AGENT, "A", run.runId());

    @AfterEach
    void close() {
        tested.close();
    }

    private void mark() {
        rows.execute("UPDATE live_tasks SET probe = true");
    }

    @Test
    void a_mark_that_an_older_version_left_passes_no_gate_that_closes_later() {
        mark();
        assertThat(tested.breakers().trip(target, RULE, "too bad")).isTrue();
        assertThat(f.claim(f.worker(), run.ready().tickets())).isEmpty();
    }

    @Test
    void a_probe_that_waits_is_still_one_when_it_is_resumed() {
        assertThat(tested.breakers().trip(target, RULE, "too bad")).isTrue();
        mark();
        String task = StoreFixture.firstTask(run);
        assertThat(f.claim(
                        f.worker(),
                        tested.store
                                .reopening()
                                .resume(task, OptionalLong.empty())
                                .ready()
                                .tickets()))
                .hasSize(1);
    }

    @Test
    void a_probe_that_runs_is_none_any_more_when_it_is_resumed() {
        mark();
        f.claimOne(f.worker(), run);
        assertThat(tested.breakers().trip(target, RULE, "too bad")).isTrue();
        tested.store.reopening().resume(StoreFixture.firstTask(run), OptionalLong.empty());
        assertThat(f.claim(f.worker(), run.ready().tickets())).isEmpty();
    }
}
