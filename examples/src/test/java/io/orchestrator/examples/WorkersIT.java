package io.orchestrator.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.scheduler.ScheduleContext;
import io.orchestrator.scheduler.ScheduleResult;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.RunView;
import io.orchestrator.worker.Scaling;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Those snippets of the execution layer's guide that run agents, in Java and with the guide's names. */
class WorkersIT {
    private final ExecutionLayer layer = new ExecutionLayer().start();

    @AfterEach
    void close() throws InterruptedException {
        layer.close();
    }

    private RunView awaitEnd(ScheduleResult scheduled) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> layer.run(scheduled).state().isFinal());
        return layer.run(scheduled);
    }

    private static ScheduleContext context(String runId, String phaseId, String phase) {
        return ScheduleContext.read(Json.object(
                "run_id", runId, "phase_id", phaseId, "phase", phase, "inputs", Json.object("idea", "a queue")));
    }

    private static Json phase(String name, Object... agents) {
        return Json.object("phase", name, "parallelism", "sequential", "agents", List.of(agents));
    }

    /** 3. Worker and WorkerPool: usage. */
    @Test
    void a_pool_runs_agents_and_tools_of_its_registry_and_is_scaled() throws Exception {
        // Define executor registry
        AgentRegistry executorRegistry = AgentRegistry.empty()
                .with(
                        "Researcher",
                        context -> Json.object(
                                "about", context.input().text("idea").orElseThrow()))
                .withTool("Formatter", context -> Json.object("formatted", context.upstream()));

        // Create worker pool
        WorkerPool workerPool = layer.workerPool(
                executorRegistry,
                WorkerSettings.DEFAULT.withConcurrency(4).withScaling(new Scaling.Range(true, 2, 10)));
        workerPool.start();
        assertThat(workerPool.getStats().isRunning()).isTrue();

        // Scale manually
        workerPool.scale(6);
        assertThat(workerPool.getStats().workerCount()).isEqualTo(6);

        // Auto-scale based on queue depth
        assertThat(workerPool.autoScale()).isBetween(2, 10);

        RunView end = awaitEnd(layer.scheduler.schedule(
                phase("RESEARCH", "Researcher", Json.object("tool", "Formatter")),
                context("run-1", "phase-1", "RESEARCH")));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);

        // Graceful shutdown
        workerPool.stop();
        assertThat(workerPool.getStats().isRunning()).isFalse();
    }

    /** 2. CheckpointManager: agent integration. */
    @Test
    void an_agent_saves_after_each_step_and_resumes_after_the_last_one_it_did() throws Exception {
        Queue<String> steps = new ConcurrentLinkedQueue<>();
        layer.workerPool(
                        AgentRegistry.empty().with("ThreeSteps", context -> threeSteps(context, steps)),
                        WorkerSettings.DEFAULT)
                .start();
        RunView end = awaitEnd(layer.scheduler.schedule(phase("WORK", "ThreeSteps"), ScheduleContext.NONE));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(steps).containsExactly("step 1", "step 2", "step 3", "step 3");
    }

    private static Json threeSteps(AgentContext context, Queue<String> steps) {
        // Check if resuming
        String checkpointToken = context.resume().map(Checkpoint::token).orElse("");
        if (!checkpointToken.equals("step-2-complete")) {
            // Step 1
            steps.add("step 1");
            context.checkpoint("step-1-complete", Json.object("step1Result", 1));
            // Step 2
            steps.add("step 2");
            context.checkpoint("step-2-complete", Json.object("step1Result", 1, "step2Result", 2));
        }
        // Step 3 (final)
        steps.add("step 3");
        if (context.task().attempt() == 1) {
            throw AgentFailure.retryable("the third step fails the first time");
        }
        return Json.of(3);
    }

    /** Example: complete task execution flow, with what the engine does of it by itself. */
    @Test
    void phases_that_are_scheduled_one_by_one_are_one_run() throws Exception {
        AgentRegistry executorRegistry = AgentRegistry.empty()
                .with("IntakeClassifierAgent", context -> {
                    context.checkpoint("classify-complete", Json.object("intent", "feature"));
                    context.usage(12_000, new BigDecimal("0.18"), 45_000);
                    return Json.object("intent", "feature");
                })
                .with("StrategyAgent", AgentContext::upstream);
        WorkerPool workerPool = layer.workerPool(executorRegistry, WorkerSettings.DEFAULT);
        workerPool.start();

        // 1. Schedule phase
        ScheduleResult intake = layer.scheduler.schedule(
                phase("INTAKE", "IntakeClassifierAgent"), context("run-abc", "phase-xyz", "INTAKE"));
        // 2. Workers consume tasks: load checkpoint, heartbeat, execute, complete
        assertThat(awaitEnd(intake).state()).isEqualTo(StageState.COMPLETED);
        PhaseStats stats = layer.scheduler.getStats("phase-xyz").orElseThrow();
        assertThat(stats.completed()).isEqualTo(1);
        assertThat(stats.totalCost()).isEqualByComparingTo("0.18");
        Usage used = workerPool.getStats().used();
        assertThat(used.tokens()).isEqualTo(12_000);

        // The next phase of the run sees what the one before has made.
        ScheduleResult ideation = layer.scheduler.schedule(
                phase("IDEATION", "StrategyAgent"), context("run-abc", "phase-456", "IDEATION"));
        assertThat(ideation.runId()).isEqualTo(intake.runId());
        RunView end = awaitEnd(ideation);
        assertThat(end.phases()).extracting(RunView.Phase::name).containsExactly("INTAKE", "IDEATION");
        assertThat(end.phases().getLast().tasks().getFirst().output())
                .contains(Json.parse("{\"INTAKE\":{\"IntakeClassifierAgent\":{\"intent\":\"feature\"}}}"));
    }

    /** Checkpoint/resume example. */
    @Test
    void a_long_running_agent_does_no_phase_twice() throws Exception {
        LongRunningAgent agent = new LongRunningAgent();
        layer.workerPool(AgentRegistry.empty().with("LongRunningAgent", agent), WorkerSettings.DEFAULT)
                .start();
        RunView end = awaitEnd(layer.scheduler.schedule(phase("REPORT", "LongRunningAgent"), ScheduleContext.NONE));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(agent.done).containsExactly("collectData", "analyzeData", "synthesize", "generateReport");
    }

    /** Monitoring: scaling on the queue's depth, and the check of the workers. */
    @Test
    void a_pool_is_scaled_by_what_waits() throws Exception {
        WorkerPool workerPool = layer.workerPool(AgentRegistry.empty(), WorkerSettings.DEFAULT);
        workerPool.start();
        for (int i = 0; i <= 100; i++) {
            layer.queue.enqueue("tasks", Json.of(i));
        }
        // Queue depth (for scaling). For the engine's own backlog: SELECT * FROM queue_depth_by_lane.
        long depth = layer.queue.getQueueDepth("tasks");
        if (depth > 100) {
            workerPool.scale(workerPool.getStats().workerCount() + 2);
        }
        WorkerPool.Stats stats = workerPool.getStats();
        assertThat(stats.workerCount()).isEqualTo(6);
        assertThat(stats.isRunning()).isTrue();
    }
}
