package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Budgets on the whole engine. */
class BudgetIT {
    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void an_attempt_that_goes_on_after_the_money_is_gone_fails_without_a_retry_and_keeps_its_checkpoint() {
        engine.agent("Spender", context -> {
            for (int i = 1; i <= 100; i++) {
                context.usage(10, BigDecimal.ZERO, 0);
                context.checkpoint("spent", Json.of(i));
            }
            return Json.NULL;
        });
        engine.start(1);
        RunView end = engine.awaitEnd(
                engine.submit(
                        "{'name':'b','budgets':{'tokens':50},'phases':[{'phase':'P','agents':['Spender']},{'phase':'Q','agents':['Spender']}]}"));
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("used 60 of 50 tokens");
        assertThat(end.usage().tokens()).isEqualTo(60);
        RunView.Task task = end.phases().getFirst().tasks().getFirst();
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.attempts()).isEqualTo(1);
        assertThat(engine.store.checkpoints().load(task.id()).orElseThrow().data())
                .isEqualTo(Json.of(6));
    }
}
