package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.plan.BreakerRule;
import io.orchestrator.plan.TaskType;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Breakers.Target;
import io.orchestrator.store.Gates.Closed;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Targets that are held because they fail again and again. */
public abstract class BreakersContract extends StoreContract {
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final BreakerRule RULE = new BreakerRule(5, WAIT, 2);
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private Submission run = new Submission("", false, Ready.NOTHING);
    private Target target = new Target(TaskType.AGENT, "A", "");

    @BeforeEach
    void submit() {
        run = f.submit("{'name':'b','inputs':{'n':[1,2,3,4,5]},'phases':[{'phase':'P','parallelism':9,"
                + "'agents':[{'agent':'A','shard':{'over':'n','size':1}}]}]}");
        target = new Target(TaskType.AGENT, "A", run.runId());
    }

    private List<Ticket> due() {
        return store.dispatch().due(100, AGAIN);
    }

    private List<ClaimedTask> claimAll() {
        return f.claim(f.worker(), run.ready().tickets());
    }

    /** Held for so long that probes are let through now. */
    private List<ClaimedTask> probes() {
        assertThat(store.breakers().trip(target, RULE, "too bad")).isTrue();
        store.advance(WAIT.plusSeconds(1));
        due();
        return claimAll();
    }

    @Test
    void a_held_target_starts_nothing_and_says_why() {
        assertThat(store.breakers().trip(target, RULE, "too bad")).isTrue();
        assertThat(claimAll()).isEmpty();
        assertThat(store.tasks().claimNext(f.worker(), 9)).isEmpty();
        Closed closed = store.gates().closed().getFirst();
        assertThat(closed.gate()).isEqualTo(Gate.ofTarget(TaskType.AGENT, "A"));
        assertThat(closed.reason()).isEqualTo("too bad");
        assertThat(closed.reopensAt()).isPresent();
        assertThat(f.eventKinds(run)).endsWith("target.held");
    }

    @Test
    void only_the_first_of_several_workers_holds_a_target() {
        assertThat(store.breakers().trip(target, RULE, "first")).isTrue();
        assertThat(store.breakers().trip(target, RULE, "second")).isFalse();
        assertThat(store.gates().closed()).extracting(Closed::reason).containsExactly("first");
    }

    @Test
    void after_the_wait_only_so_many_probes_pass_however_often_it_is_looked() {
        List<ClaimedTask> probes = probes();
        assertThat(probes).hasSize(2).allMatch(ClaimedTask::probe);
        due();
        assertThat(claimAll()).isEmpty();
        assertThat(store.tasks().claimNext(f.worker(), 9)).isEmpty();
    }

    @Test
    void probes_that_were_not_taken_are_not_joined_by_others() {
        store.breakers().trip(target, RULE, "too bad");
        store.advance(WAIT.plusSeconds(1));
        assertThat(due()).hasSize(2);
        store.advance(WAIT.plusSeconds(1));
        assertThat(due()).hasSizeLessThanOrEqualTo(2);
        assertThat(claimAll()).hasSize(2);
    }

    @Test
    void a_probe_that_works_releases_the_target() {
        ClaimedTask probe = probes().getFirst();
        Ready ready = store.breakers().settle(target, true);
        assertThat(store.gates().closed()).isEmpty();
        assertThat(ready.tickets()).hasSize(3);
        assertThat(f.claim(f.worker(), ready.tickets())).hasSize(3).noneMatch(ClaimedTask::probe);
        assertThat(f.complete(probe, Json.NULL).accepted()).hasSize(1);
        assertThat(f.eventKinds(run)).contains("target.released");
    }

    @Test
    void a_probe_that_fails_holds_the_target_for_twice_as_long() {
        probes();
        assertThat(store.breakers().settle(target, false)).isEqualTo(Ready.NOTHING);
        assertThat(store.breakers().settle(target, false)).isEqualTo(Ready.NOTHING);
        store.advance(WAIT.plusSeconds(1));
        due();
        assertThat(claimAll()).isEmpty();
        store.advance(WAIT);
        due();
        assertThat(claimAll()).hasSize(2);
    }

    @Test
    void probes_that_never_tell_are_followed_by_others() {
        probes();
        store.advance(WAIT.plusSeconds(1));
        due();
        assertThat(claimAll()).hasSize(2);
    }

    @Test
    void what_a_probe_leaves_undone_waits_with_the_others() {
        List<ClaimedTask> probes = probes();
        f.handBack(probes.getFirst(), Duration.ZERO);
        f.retry(probes.getLast(), Duration.ZERO);
        store.timers().fireDue(9);
        assertThat(claimAll()).isEmpty();
        assertThat(f.task(probes.getLast()).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void a_probe_whose_worker_is_lost_waits_with_the_others() {
        assertThat(store.breakers().trip(target, RULE, "too bad")).isTrue();
        store.advance(WAIT.plusSeconds(1));
        String lost = f.worker();
        assertThat(f.claim(lost, due())).hasSize(2);
        assertThat(store.recovery().takeAway(List.of(lost), 5).requeued()).isEqualTo(2);
        assertThat(claimAll()).isEmpty();
    }

    @Test
    void a_target_whose_guards_are_away_is_not_held_for_ever() {
        store.breakers().trip(target, RULE, "too bad");
        store.advance(Duration.ofHours(1));
        assertThat(store.gates().closed()).isEmpty();
        assertThat(claimAll()).hasSize(5).noneMatch(ClaimedTask::probe);
        assertThat(store.breakers().trip(target, RULE, "again")).isTrue();
    }

    @Test
    void a_gate_that_a_person_has_closed_is_not_the_breakers() {
        store.gates().close(Gate.ofTarget(TaskType.AGENT, "A"), Closing.because("maintenance"));
        assertThat(store.breakers().trip(target, RULE, "too bad")).isFalse();
        store.advance(WAIT.plusSeconds(1));
        due();
        assertThat(claimAll()).isEmpty();
        assertThat(store.breakers().settle(target, true)).isEqualTo(Ready.NOTHING);
        assertThat(store.gates().closed()).extracting(Closed::reason).containsExactly("maintenance");
    }

    @Test
    void a_probe_stays_behind_the_gate_of_its_run() {
        store.breakers().trip(target, RULE, "too bad");
        store.gates().close(Gate.ofRun(run.runId()), Closing.because("lunch"));
        store.advance(WAIT.plusSeconds(1));
        due();
        assertThat(claimAll()).isEmpty();
    }
}
