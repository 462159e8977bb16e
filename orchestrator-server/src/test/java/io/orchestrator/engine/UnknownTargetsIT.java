package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.Obstacles.UnknownTarget;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that no worker can do cost next to nothing and are told by name, until a worker comes that can. */
class UnknownTargetsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void a_task_that_nobody_knows_is_told_once_and_starts_when_a_worker_comes_that_knows_it() {
        engine.agent("Known", ctx -> Json.of("done")).start(2);
        String waiting = engine.submit("{'name':'w','phases':[{'phase':'P','agents':['Late']}]}");
        await().atMost(PATIENCE).until(() -> engine.tasks(waiting).getFirst().epoch() >= 3);
        UnknownTarget unknown =
                engine.store.obstacles().unknownTargets(10).stream().findFirst().orElseThrow();
        assertThat(unknown.target()).isEqualTo("agent:Late");
        assertThat(unknown.runId()).isEqualTo(waiting);
        assertThat(engine.store.runs().events(waiting, 0, 1_000))
                .extracting(EventView::kind)
                .containsOnlyOnce(EventKind.TASK_HANDED_BACK.wire());
        String known = engine.submit("{'name':'k','phases':[{'phase':'P','agents':['Known']}]}");
        assertThat(engine.awaitEnd(known).state()).isEqualTo(StageState.COMPLETED);

        engine.agent("Late", ctx -> Json.of("at last")).addPool(2);
        assertThat(engine.awaitEnd(waiting).state()).isEqualTo(StageState.COMPLETED);
        assertThat(engine.store.obstacles().unknownTargets(10)).isEmpty();
    }
}
