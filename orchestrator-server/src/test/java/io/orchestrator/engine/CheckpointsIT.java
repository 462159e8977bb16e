package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.checkpoint.CheckpointManager;
import io.orchestrator.embedded.StopMode;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.Retention;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.timer.RetentionService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an attempt saves, and what others do with it. */
class CheckpointsIT {
    private static final String ONE =
            "{'name':'x','retry':{'base':'PT0.01S'},'phases':[{'phase':'A','agents':['Agent']}]}";

    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    /** A task of a worker that does nothing by itself. */
    private static Hold held(Engine engine) {
        String run = engine.submit(ONE);
        String worker = engine.ids.worker();
        engine.store
                .leases()
                .register(new WorkerInfo(worker, "here", "boot", 1, "then", 1, "test"), Duration.ofHours(1));
        List<String> tasks = engine.tasks(run).stream().map(RunView.Task::id).toList();
        return engine.store.tasks().claim(worker, tasks).getFirst().hold();
    }

    @Test
    void the_manager_saves_loads_resumes_counts_and_deletes() {
        CheckpointManager manager = new CheckpointManager(engine.store.checkpoints());
        Hold hold = held(engine);
        String task = hold.taskId();
        assertThat(manager.loadCheckpoint(task)).isEmpty();
        assertThat(manager.<String>resumeTask(
                        task, from -> from.map(Checkpoint::token).orElse("from the start")))
                .isEqualTo("from the start");

        for (int step = 1; step <= 7; step++) {
            assertThat(manager.saveCheckpoint(hold, "step-" + step + "-complete", Json.of(step)))
                    .isEqualTo(step);
        }
        assertThat(manager.loadCheckpoint(task)).contains(new Checkpoint(7, "step-7-complete", Json.of(7)));
        assertThat(manager.<Json>resumeTask(task, from -> from.orElseThrow().data()))
                .isEqualTo(Json.of(7));
        assertThat(manager.getStats())
                .isEqualTo(
                        new CheckpointStore.Stats(CheckpointManager.DEFAULT_KEEP, CheckpointManager.DEFAULT_KEEP, 1));
        assertThatThrownBy(() -> manager.saveCheckpoint(new Hold(task, hold.epoch() - 1), "late", Json.NULL))
                .isInstanceOf(AttemptRevoked.class);

        assertThat(manager.deleteCheckpoint(task)).isTrue();
        assertThat(manager.deleteCheckpoint(task)).isFalse();
        assertThat(manager.getStats().total()).isZero();
    }

    @Test
    void so_many_are_kept_as_the_manager_is_told() {
        CheckpointManager manager = new CheckpointManager(engine.store.checkpoints(), 2);
        Hold hold = held(engine);
        for (int step = 1; step <= 5; step++) {
            manager.saveCheckpoint(hold, "s", Json.of(step));
        }
        assertThat(engine.store.checkpoints().list(hold.taskId()))
                .extracting(CheckpointStore.Entry::seq)
                .containsExactly(5L, 4L);
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckpointManager(engine.store.checkpoints(), 0));
    }

    @Test
    void one_that_was_saved_is_there_after_postgres_was_killed_the_moment_after() {
        try (TemporaryStack stack = TemporaryStack.open();
                Engine own = Engine.on(stack, Duration.ofSeconds(15))) {
            CheckpointManager manager = new CheckpointManager(own.store.checkpoints());
            Hold hold = held(own);
            for (int kill = 1; kill <= 3; kill++) {
                Json data = Json.of(kill);
                long seq = whenThere(() -> manager.saveCheckpoint(hold, "last", data));
                stack.killPostgres(StopMode.KILL);
                stack.restartPostgres();
                assertThat(whenThere(() -> manager.loadCheckpoint(hold.taskId())))
                        .contains(new Checkpoint(seq, "last", data));
            }
        }
    }

    /** Connections of before are only found to be dead when they are used. */
    private static <T> T whenThere(Callable<T> call) {
        return await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(StoreUnavailable.class)
                .until(call, answer -> true);
    }

    @Test
    void the_next_attempt_continues_from_it_and_a_step_runs_once_under_the_same_key() {
        AtomicInteger stepRuns = new AtomicInteger();
        List<String> keys = new CopyOnWriteArrayList<>();
        engine.agent("Agent", c -> {
                    keys.add(c.stepKey("expensive"));
                    Json stepped = c.step("expensive", () -> Json.of(stepRuns.incrementAndGet()));
                    if (c.resume().isEmpty()) {
                        c.checkpoint("half", Json.object("done", 1));
                        throw AgentFailure.retryable("crash");
                    }
                    return Json.object("from", c.resume().map(Checkpoint::token).orElse("start"), "step", stepped);
                })
                .start(4);
        RunView end = engine.awaitEnd(engine.submit(ONE));
        assertThat(end.phases().getFirst().tasks().getFirst().output())
                .contains(Json.parse("{\"from\":\"half\",\"step\":1}"));
        assertThat(stepRuns).hasValue(1);
        assertThat(keys).hasSize(2).containsOnly(keys.getFirst());
    }

    @Test
    void data_above_eight_megabytes_ends_the_task_at_once_with_what_was_expected_and_keeps_the_one_before() {
        engine.agent("Agent", c -> {
                    c.checkpoint("good", Json.of(1));
                    c.checkpoint("huge", Json.of("x".repeat(CheckpointStore.MAX_BYTES)));
                    return Json.NULL;
                })
                .start(1);
        RunView.Task task =
                engine.awaitEnd(engine.submit(ONE)).phases().getFirst().tasks().getFirst();
        assertThat(task.attempts()).isEqualTo(1);
        assertThat(task.error().orElseThrow())
                .contains("'huge'", String.valueOf(CheckpointStore.MAX_BYTES + 2), "" + CheckpointStore.MAX_BYTES);
        assertThat(engine.store.checkpoints().load(task.id()).map(Checkpoint::token))
                .contains("good");
    }

    @Test
    void the_timer_service_cleans_up_those_of_tasks_that_ended_longer_ago_than_the_set_number_of_days()
            throws Exception {
        engine.agent("Agent", c -> {
                    c.checkpoint("last", Json.NULL);
                    return Json.NULL;
                })
                .start(1);
        String old = engine.awaitEnd(engine.submit(ONE)).id();
        TestServers.execute(engine.url, "UPDATE tasks SET finished_at = finished_at - interval '4 days'");
        String young = engine.awaitEnd(engine.submit(ONE)).id();
        assertThat(checkpointOf(old)).isPresent();
        RetentionService cleaning = new RetentionService(
                engine.store.retention(), engine.store.deletions(), Retention.Days.DEFAULT.withCheckpoints(3));
        cleaning.start();
        try {
            await().until(() -> checkpointOf(old).isEmpty());
            assertThat(checkpointOf(young)).isPresent();
        } finally {
            cleaning.stop();
            assertThat(cleaning.awaitStopped(Duration.ofSeconds(5))).isTrue();
        }
    }

    private Optional<Checkpoint> checkpointOf(String runId) {
        return engine.store.checkpoints().load(engine.tasks(runId).getFirst().id());
    }
}
