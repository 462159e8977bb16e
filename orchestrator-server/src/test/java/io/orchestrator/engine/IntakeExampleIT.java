package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.scheduler.ScheduleContext;
import io.orchestrator.scheduler.ScheduleResult;
import io.orchestrator.scheduler.Scheduler;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.testing.servers.TestServers;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The guide's "Complete Task Execution Flow": INTAKE, a phase of three agents, is scheduled; its classifier saves a
 * checkpoint after each step, fails in the last one, and does only that one again a second later.
 */
class IntakeExampleIT {
    private static final Json PHASE = Json.parse("""
            {"phase": "INTAKE", "parallelism": "sequential",
             "agents": ["IntakeClassifierAgent", "IntakeExpanderAgent", "IntakeValidatorAgent"],
             "budgets": {"tokens": 700000, "tools_minutes": 60}, "timebox": "PT1H"}
            """);
    private static final ScheduleContext CONTEXT = ScheduleContext.read(Json.parse("""
            {"run_id": "run-abc", "phase_id": "phase-xyz", "phase": "INTAKE",
             "inputs": {"idea": "Build a distributed task queue"},
             "budgets": {"tokens": 700000, "tools_minutes": 60},
             "rubrics": {"ambiguity_max": 0.10}, "timebox": "PT1H"}
            """));

    private final Engine engine = new Engine();
    private final List<String> steps = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        engine.close();
    }

    private Json classify(AgentContext context) {
        String from = context.resume().map(Checkpoint::token).orElse("");
        Json state = context.resume().map(Checkpoint::data).orElse(Json.EMPTY_OBJECT);
        if (from.isEmpty()) {
            steps.add("classify " + context.input().text("idea").orElseThrow());
            state = state.with("intent", Json.of("feature"));
            context.checkpoint("classify-complete", state);
        }
        if (!from.equals("extract-complete")) {
            steps.add("extract");
            state = state.with("entities", Json.array(List.of(Json.of("queue"), Json.of("worker"))));
            context.checkpoint("extract-complete", state);
        }
        steps.add("taxonomy, attempt " + context.task().attempt());
        if (context.task().attempt() == 1) {
            throw AgentFailure.retryable("the model is overloaded");
        }
        context.usage(12_000, new BigDecimal("0.18"), 45_000);
        return state.with("taxonomy", Json.of("infrastructure"));
    }

    @Test
    void intake_runs_through_its_agents_with_checkpoints_and_a_retry() throws Exception {
        engine.agent("IntakeClassifierAgent", this::classify)
                .agent(
                        "IntakeExpanderAgent",
                        c -> c.upstream()
                                .get("INTAKE")
                                .orElseThrow()
                                .get("IntakeClassifierAgent")
                                .orElseThrow())
                .agent(
                        "IntakeValidatorAgent",
                        c -> Json.object("metrics", Json.object("ambiguity", new BigDecimal("0.05"))))
                .start(4);
        ScheduleResult scheduled = new Scheduler(engine.store.runs(), engine.announcer).schedule(PHASE, CONTEXT);
        assertThat(scheduled.totalTasks()).isEqualTo(3);
        assertThat(scheduled.enqueuedTasks()).isEqualTo(1);

        RunView end = engine.awaitEnd(scheduled.runId());
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(steps)
                .containsExactly(
                        "classify Build a distributed task queue",
                        "extract",
                        "taxonomy, attempt 1",
                        "taxonomy, attempt 2");
        List<RunView.Task> tasks = end.phases().getFirst().tasks();
        RunView.Task classifier = tasks.getFirst();
        assertThat(classifier.attempts()).isEqualTo(2);
        Json classified = Json.parse("""
                {"intent": "feature", "entities": ["queue", "worker"], "taxonomy": "infrastructure"}
                """);
        assertThat(classifier.output()).contains(classified);
        assertThat(tasks.get(1).output()).as("the next agent sees it").contains(classified);
        assertThat(end.usage().tokens()).isEqualTo(12_000);
        assertThat(end.usage().costUsd()).isEqualByComparingTo("0.18");
        assertThat(engine.store.checkpoints().list(classifier.id()))
                .as("kept for a while after the end")
                .extracting(CheckpointStore.Entry::token)
                .containsExactly("extract-complete", "classify-complete");
        assertTheRetryWaitedASecond(classifier.id());
        assertThat(engine.store.runs().events(end.id(), 0, 100))
                .filteredOn(event -> event.taskId().equals(Optional.of(classifier.id())))
                .extracting(EventView::kind)
                .containsSubsequence("task.retrying", "task.completed");
    }

    private void assertTheRetryWaitedASecond(String taskId) throws Exception {
        String query = "SELECT fire_at - created_at >= interval '0.95 s' AND fired_at >= fire_at"
                + " FROM timers WHERE kind = 'retry' AND task_id = '" + taskId + "'";
        try (Connection connection = TestServers.connect(engine.url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBoolean(1)).isTrue();
            assertThat(row.next()).isFalse();
        }
    }
}
