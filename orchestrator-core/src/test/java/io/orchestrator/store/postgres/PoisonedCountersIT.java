package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.store.Unreadable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counters that somebody has written into a row are told as what they are, and are no agent's fault. */
class PoisonedCountersIT {
    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;
    private final Rows rows = new Rows(tested.url);

    @AfterEach
    void close() {
        tested.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tokens = -5|the row says -5 tokens",
                "cost_usd = -0.5|-0.5 USD",
                "tool_ms = -1|-1 ms of tool time",
                "attempt = -3|it is number -3"
            })
    void a_queued_task_ends_with_the_reason(String planted, String reason) {
        Submission run = f.submit(ONE_TASK);
        rows.execute("UPDATE live_tasks SET " + planted);
        assertThat(f.claim(f.worker(), run.ready().tickets())).isEmpty();
        RunView.Task task = f.view(run).phases().getFirst().tasks().getFirst();
        assertThat(task.state()).isEqualTo(TaskState.DEAD);
        assertThat(task.error().orElseThrow())
                .contains("cannot be read", reason)
                .doesNotContain("java.lang");
    }

    @Test
    void a_running_task_completes_and_everybody_can_look_at_it() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        for (String table : new String[] {"live_tasks", "phases", "runs"}) {
            rows.execute("UPDATE " + table + " SET tokens = -5, cost_usd = -5, tool_ms = -5");
        }
        assertThat(f.view(run).usage()).isEqualTo(Usage.NONE);
        f.complete(task, Json.NULL);
        assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens", "cost_usd", "tool_ms"})
    void nothing_is_spent_from_a_budget_that_cannot_be(String counter) {
        Submission run = f.submit("{'name':'m','budgets':{'usd':5},'phases':[{'phase':'P','agents':['A']}]}");
        ClaimedTask task = f.claimOne(f.worker(), run);
        rows.execute("UPDATE budgets SET " + counter + " = -1e6");
        assertThatThrownBy(() -> store.budgets().book(task.hold(), StoreFixture.usage(1)))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("the budget of")
                .hasMessageContaining("-");
        f.complete(task, Json.NULL);
        assertThat(f.view(run).state().isFinal()).isTrue();
    }

    /** Whoever could not record the end says why, and asks for it to be set aside; then the same goes wrong again. */
    @Test
    void a_reason_is_told_once_however_often_it_was_met() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        rows.execute("UPDATE phases SET open = 0");
        String met = refusal(() -> f.complete(task, Json.NULL));
        store.tasks().setAside(task.hold(), "its end cannot be recorded: " + met);
        assertThat(rows.one("SELECT set_aside FROM live_tasks").get("set_aside"))
                .asString()
                .isEqualTo("its end cannot be recorded: " + met);
    }

    private static String refusal(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("it was recorded");
    }
}
