package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import io.orchestrator.worker.WorkerPool;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tools in Java beside agents, and what a pool tells of its attempts. */
class ToolsIT {
    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void a_tool_and_an_agent_of_one_name_do_the_tasks_of_their_own_type() {
        engine.agent("Searcher", c -> Json.of("agent")).tool("Searcher", c -> Json.of("tool"));
        engine.start(2);
        RunView end = engine.awaitEnd(engine.submit(
                "{'name':'x','phases':[{'phase':'A','agents':['Searcher',{'tool':'Searcher','as':'T'}]}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().tasks())
                .extracting(task -> task.output().orElseThrow())
                .containsExactly(Json.of("agent"), Json.of("tool"));
    }

    @Test
    void a_pool_tells_what_its_attempts_have_used_whether_or_not_a_budget_limits_them() {
        engine.agent("Spender", c -> {
            c.usage(1_000, new BigDecimal("0.25"), 0);
            c.usage(0, BigDecimal.ZERO, 40);
            return Json.NULL;
        });
        WorkerPool pool = engine.addPool(1);
        assertThat(pool.getStats().used()).isEqualTo(Usage.NONE);
        engine.awaitEnd(engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Spender']}]}"));
        engine.awaitEnd(
                engine.submit("{'name':'x','budgets':{'tokens':5000},'phases':[{'phase':'A','agents':['Spender']}]}"));
        Usage used = pool.getStats().used();
        assertThat(used.tokens()).isEqualTo(2_000);
        assertThat(used.costUsd()).isEqualByComparingTo("0.5");
        assertThat(used.toolMs()).isEqualTo(80);
    }
}
