package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run that begins in the middle takes over what another run has done. */
public abstract class TakeOverContract extends StoreContract {
    private static final String PLAN =
            "{'name':'t','phases':[{'phase':'P','agents':['A']},{'phase':'Q','agents':['B']},{'phase':'R','agents':['C']}]}";

    /** Completes the agents of these names, one after the other. */
    private Submission done(Submission run, String... outputs) {
        List<Ticket> tickets = run.ready().tickets();
        for (String output : outputs) {
            ClaimedTask task = f.claim(f.worker(), tickets).getFirst();
            tickets = f.complete(task, Json.of(output)).ready().tickets();
        }
        return run;
    }

    private Submission from(String phase, Submission other) {
        return store.runs().submit(StoreFixture.request(PLAN).takingOver(new TakeOver(other.runId(), phase)));
    }

    @Test
    void the_phases_before_count_as_completed_and_their_outputs_are_seen() {
        Submission first = done(f.submit(PLAN), "a", "b", "c");
        Submission second = from("R", first);
        assertThat(f.phases(second).values())
                .extracting(RunView.Phase::state)
                .containsExactly(StageState.COMPLETED, StageState.COMPLETED, StageState.RUNNING);
        assertThat(f.phases(second).get("P").takenFrom()).contains(first.runId());
        assertThat(f.phases(second).get("R").takenFrom()).isEmpty();
        ClaimedTask task = f.claimOne(f.worker(), second);
        assertThat(store.tasks().context(task.phaseId(), task.step()).upstream())
                .isEqualTo(Json.parse("{\"P\":{\"A\":\"a\"},\"Q\":{\"B\":\"b\"}}"));
        f.complete(task, Json.NULL);
        assertThat(f.view(second).state()).isEqualTo(StageState.COMPLETED);
    }

    @Test
    void the_log_tells_which_phases_were_taken_over_and_from_where() {
        Submission first = done(f.submit(PLAN), "a", "b", "c");
        Submission second = from("Q", first);
        assertThat(f.eventKinds(second)).containsExactly("run.submitted", "phase.taken_over", "phase.started");
        EventView event = store.runs().events(second.runId(), 1, 1).getFirst();
        assertThat(event.data().text("fromRun")).contains(first.runId());
        assertThat(event.data().text("fromPhase"))
                .contains(f.phases(first).get("P").id());
    }

    @Test
    void what_was_taken_over_may_be_taken_over_again_from_where_it_was_done() {
        Submission first = done(f.submit(PLAN), "a", "b", "c");
        Submission second = done(from("Q", first), "b2", "c2");
        Submission third = from("R", second);
        assertThat(f.phases(third).get("P").takenFrom()).contains(first.runId());
        assertThat(f.phases(third).get("Q").takenFrom()).contains(second.runId());
        ClaimedTask task = f.claimOne(f.worker(), third);
        assertThat(store.tasks().context(task.phaseId(), task.step()).upstream())
                .isEqualTo(Json.parse("{\"P\":{\"A\":\"a\"},\"Q\":{\"B\":\"b2\"}}"));
    }

    @Test
    void a_run_that_failed_lends_what_it_has_completed() {
        Submission first = done(f.submit(PLAN), "a");
        store.runs().cancel(first.runId(), "wrong way");
        Submission second = from("Q", first);
        assertThat(second.ready().tickets()).hasSize(1);
    }

    @Test
    void what_has_not_completed_is_not_taken_over() {
        Submission first = done(f.submit(PLAN), "a");
        assertThatThrownBy(() -> from("R", first))
                .isInstanceOf(TakeOverRefused.class)
                .hasMessageContaining(first.runId())
                .hasMessageContaining("Q (running)")
                .hasMessageContaining("orchestrator retry");
        assertThat(store.runs().list(10)).hasSize(1);
    }

    @Test
    void an_unknown_phase_or_run_is_refused() {
        Submission first = done(f.submit(PLAN), "a");
        assertThatThrownBy(() -> from("X", first))
                .isInstanceOf(TakeOverRefused.class)
                .hasMessageContaining("no phase 'X'")
                .hasMessageContaining("P, Q, R");
        assertThatThrownBy(() -> store.runs().submit(StoreFixture.request(PLAN).takingOver(new TakeOver("run-0", "Q"))))
                .isInstanceOf(TakeOverRefused.class)
                .hasMessageContaining("run-0");
        assertThat(store.runs().list(10)).hasSize(1);
    }

    @Test
    void a_run_can_be_asked_what_it_was_made_from() {
        Submission run = f.submit(PLAN);
        RunRequest request = store.runs().request(run.runId()).orElseThrow();
        assertThat(request.contentHash()).isEqualTo(StoreFixture.request(PLAN).contentHash());
        assertThat(request.plan()).isEqualTo(StoreFixture.request(PLAN).plan());
        assertThat(store.runs().request("run-0")).isEmpty();
    }
}
