package io.orchestrator.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Backoff;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.plan.TaskSpec;
import io.orchestrator.plan.TaskType;
import io.orchestrator.queue.JobQueue;
import io.orchestrator.queue.JobQueue.Message;
import io.orchestrator.run.TaskState;
import io.orchestrator.scheduler.ScheduleContext;
import io.orchestrator.scheduler.ScheduleResult;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.RunView;
import io.orchestrator.store.TimerStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The snippets of the execution layer's guide, section by section, in Java and with the guide's names; those that run agents
 * are in {@link WorkersIT}. {@code docs/source-names.md} says where each name lives, and where it differs.
 */
class ExecutionLayerIT {
    private final ExecutionLayer layer = new ExecutionLayer();

    @AfterEach
    void close() throws InterruptedException {
        layer.close();
    }

    /** 1. JobQueue: usage. */
    @Test
    void a_task_is_enqueued_and_consumed() throws Exception {
        JobQueue queue = layer.queue;
        Queue<Json> processed = new ConcurrentLinkedQueue<>();
        String idempotenceKey = "intake-1";

        // Enqueue task
        Json taskSpec = Json.object("target", "IntakeClassifierAgent");
        Optional<String> messageId = queue.enqueue("tasks", taskSpec, idempotenceKey);
        assertThat(messageId).isPresent();

        // Consume tasks
        try (var consuming =
                queue.consume("tasks", "phase-workers", "worker-1", message -> processed.add(message.payload()))) {
            assertThat(consuming).isNotNull();
            await().atMost(Duration.ofSeconds(60)).until(() -> processed.contains(taskSpec));
        }
    }

    /** 1. JobQueue: idempotence. */
    @Test
    void the_second_enqueue_of_a_key_is_skipped() {
        JobQueue queue = layer.queue;
        Json task = Json.object("idea", "test");
        // Generate deterministic key
        String key = JobQueue.generateKey("INTAKE", Json.object("idea", "test"), "v1");
        // First enqueue: succeeds
        assertThat(queue.enqueue("tasks", task, key)).isPresent();
        // Second enqueue: skipped (duplicate)
        assertThat(queue.enqueue("tasks", task, key)).isEmpty();
        // Without a key, as in step 4 of the complete flow: every message counts
        assertThat(queue.enqueue("tasks", task.with("retries", 1))).isNotBlank();
        assertThat(queue.getQueueDepth("tasks")).isEqualTo(2);
    }

    /** 2. CheckpointManager: usage. Saving names the attempt, so that one that was replaced saves nothing. */
    @Test
    void a_checkpoint_is_saved_loaded_and_resumed_from() {
        Hold task = layer.claimedTask();
        String taskId = task.taskId();
        assertThat(layer.checkpointManager.loadCheckpoint(taskId)).isEmpty();

        // Save checkpoint
        layer.checkpointManager.saveCheckpoint(
                task, "step-2-complete", Json.object("progress", 0.5, "results", List.of(1, 2)));

        // Load checkpoint
        Checkpoint checkpoint = layer.checkpointManager.loadCheckpoint(taskId).orElseThrow();
        assertThat(checkpoint.token()).isEqualTo("step-2-complete");
        assertThat(checkpoint.data().get("progress")).contains(Json.of(0.5));

        // Resume task with executor
        String result = layer.checkpointManager.resumeTask(
                taskId,
                saved -> saved.filter(point -> point.token().equals("step-2-complete"))
                        .map(point -> "resumed from step 2")
                        .orElse("executed from start"));
        assertThat(result).isEqualTo("resumed from step 2");

        // Monitoring: checkpoint stats
        CheckpointStore.Stats ckptStats = layer.checkpointManager.getStats();
        assertThat(ckptStats.total()).isEqualTo(1);
        assertThat(ckptStats.totalSizeBytes()).isPositive();
        assertThat(ckptStats.avgSizeBytes()).isEqualTo((double) ckptStats.totalSizeBytes());

        // 2e of the complete flow: delete checkpoint. The engine does it by itself, some days after the end.
        assertThat(layer.checkpointManager.deleteCheckpoint(taskId)).isTrue();
    }

    /** 4. Scheduler: usage, and task statistics. */
    @Test
    void a_phase_is_scheduled_with_all_its_agents() {
        // Schedule phase
        PhasePlan phasePlan = ExecutionLayer.phasePlan("""
                {"phase": "IDEATION", "parallelism": 4,
                 "agents": ["StrategyAgent", "CompetitiveAgent", "TechStackAgent", "PersonaAgent"],
                 "budgets": {"tokens": 2000000, "tools_minutes": 180}, "timebox": "PT3H"}
                """);
        ScheduleResult result = layer.scheduler.schedule(phasePlan, ScheduleContext.read(Json.parse("""
                {"run_id": "run-123", "phase_id": "phase-456", "phase": "IDEATION",
                 "inputs": {"idea": "Build a todo app"}, "budgets": {"tokens": 2000000, "tools_minutes": 180},
                 "rubrics": {}, "timebox": "PT3H"}
                """)));
        assertThat(result.totalTasks()).isEqualTo(4);
        assertThat(result.enqueuedTasks()).isEqualTo(4);

        // Monitoring: task statistics, by the caller's names
        PhaseStats stats = layer.scheduler.getStats("phase-456").orElseThrow();
        assertThat(stats.total()).isEqualTo(4);
        assertThat(stats.completed()).isZero();
        assertThat(stats.failed()).isZero();
        assertThat(stats.running()).isZero();
        assertThat(stats.avgDurationMs()).isEmpty();
        assertThat(stats.totalCost()).isZero();
        assertThat(layer.scheduler.getStats("run-123", "phase-456")).contains(stats);
    }

    /** 4. Scheduler: task sharding. */
    @Test
    void a_large_task_is_cut_into_shards() {
        // Shard large task
        TaskSpec originalTask = new TaskSpec(
                0,
                TaskType.AGENT,
                "TestGeneratorAgent",
                Optional.empty(),
                "TestGeneratorAgent",
                -1,
                "task-123",
                Json.object("tests", IntStream.range(0, 1_000).boxed().toList()),
                Json.EMPTY_OBJECT);
        List<TaskSpec> shards = layer.scheduler.shardTask(originalTask, 100); // 100 tests per shard
        assertThat(shards).hasSize(10); // 10 shards
    }

    /** 5. TimerService: usage. */
    @Test
    void a_retry_and_a_timeout_are_scheduled_and_the_retry_is_cancelled() {
        layer.timerService.start();
        Hold task = layer.claimedTask();
        RunView.Task before = layer.pool.runs().task(task.taskId()).orElseThrow();

        // Schedule retry. Attempt 2 fires after min(1000 * 2^2, 300000) = 4000 ms.
        long timerId = layer.timerService.scheduleRetry(task, 2, RetryPolicy.DEFAULT);

        // Schedule phase timeout: 3 hours
        Optional<Long> timeoutId = layer.timerService.scheduleTimeout(before.phaseId(), Duration.ofHours(3));
        assertThat(timeoutId).isPresent();

        // Get stats: the retry, the notice before the timeout, the timeout
        TimerStore.Stats stats = layer.timerService.getStats();
        assertThat(stats.pending()).isEqualTo(3);
        assertThat(stats.nextFireAt()).isPresent();

        // Cancel timer. There is no other attempt then: the task has failed, and its phase and run with it.
        assertThat(layer.timerService.cancelTimer(timerId)).isTrue();
        assertThat(layer.pool.runs().task(task.taskId()).orElseThrow().state()).isEqualTo(TaskState.FAILED);
        assertThat(layer.timerService.getStats().pending()).isZero();

        // Graceful shutdown
        layer.timerService.stop();
    }

    /** 5. TimerService: retry policy. The guide's last line is wrong: 2 s * 2^5 are 64 s; the tenth wait is the longest. */
    @Test
    void a_policy_doubles_the_wait_up_to_its_most() {
        RetryPolicy customPolicy = new RetryPolicy(
                Duration.ofSeconds(2), // base
                Duration.ofMinutes(10), // maxMs
                5, // maxAttempts
                false);
        List<Long> seconds = IntStream.rangeClosed(0, 9)
                .mapToObj(attempt -> Backoff.delay(customPolicy, attempt + 1, new SecureRandom())
                        .toSeconds())
                .toList();
        assertThat(seconds).containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 600L);
    }

    /** 5. TimerService: custom scheduled actions. */
    @Test
    void an_action_of_ones_own_fires() {
        Queue<Json> fired = new ConcurrentLinkedQueue<>();
        layer.timerService.onAction("report", fired::add);
        layer.timerService.start();
        layer.timerService.schedule("report", Json.object("to", "me"), Duration.ofMillis(50));
        await().atMost(Duration.ofSeconds(60)).until(() -> fired.contains(Json.object("to", "me")));
    }

    /** Troubleshooting: queue depth, and claiming what a dead consumer left pending. */
    @Test
    void what_a_consumer_left_pending_is_claimed_by_another() throws Exception {
        JobQueue queue = layer.queue;
        queue.enqueue("tasks", Json.of("left behind"));
        Queue<Message> seen = new ConcurrentLinkedQueue<>();
        try (var dying = queue.consume("tasks", "phase-workers", "worker-0", message -> {
            seen.add(message);
            throw new IllegalStateException("the worker dies");
        })) {
            assertThat(dying).isNotNull();
            await().atMost(Duration.ofSeconds(60)).until(() -> !seen.isEmpty());
        }
        long depth = queue.getQueueDepth("tasks");
        assertThat(depth).isEqualTo(1);

        // After five minutes in the guide; nothing has been pending for that long here.
        assertThat(queue.claimPending("tasks", "phase-workers", "worker-1", Duration.ofMinutes(5)))
                .isEmpty();
        List<Message> claimed = queue.claimPending("tasks", "phase-workers", "worker-1", Duration.ZERO);
        assertThat(claimed).hasSize(1);
        queue.acknowledge("tasks", "phase-workers", claimed.getFirst().id());
    }
}
