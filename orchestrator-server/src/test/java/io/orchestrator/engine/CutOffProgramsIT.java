package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.plan.WhenCutOff;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.RunView;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import io.orchestrator.worker.program.ProgramAgent;
import io.orchestrator.worker.program.ProgramHost;
import io.orchestrator.worker.program.ProgramSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that cannot renew its lease has its programs stand still, until it knows whose they are. */
class CutOffProgramsIT {
    private static final String ONE = "{'name':'x','phases':[{'phase':'P','agents':['Program']}]}";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Says under which epoch it works, all the time, until it is told to come to an end. */
    private static final String SCRIPT =
            "trap 'echo asked to end >> out' TERM; head -n 1 > /dev/null; i=0; while [ ! -e end ]; do i=$((i + 1));"
                    + " echo \"$ORCHESTRATOR_EPOCH $i\" >> out;"
                    + " printf '{\"type\":\"checkpoint\",\"token\":\"%d\",\"data\":%d}\\n' $i $i; sleep 0.05; done;"
                    + " printf '{\"type\":\"result\",\"output\":%d}\\n' $i";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Engine engine = new Engine();
    private final PausableLease lease = new PausableLease(engine.store.leases(), new SystemTicks());
    private ProgramSpec spec = ProgramSpec.of("Program", List.of("sh", "-c", SCRIPT), Path.of("/"));

    @AfterEach
    void close() throws IOException {
        Files.writeString(directory.resolve("end"), "");
        engine.close();
    }

    private WorkerPool cutOffOnce(Duration frozenAtMost) {
        ProgramSpec here = new ProgramSpec(
                spec.name(),
                spec.command(),
                directory,
                spec.env(),
                spec.passEnv(),
                spec.control(),
                spec.grace(),
                spec.whenCutOff());
        engine.agent("Program", new ProgramAgent(here, ProgramHost.of("worker-cut-off")));
        WorkerPool pool = engine.newPool(
                WorkerSettings.DEFAULT
                        .withConcurrency(1)
                        .withLease(engine.lease)
                        .withFrozenAtMost(frozenAtMost),
                engine.store.tasks(),
                lease,
                engine.redis.taskQueue(),
                new SystemTicks());
        pool.start();
        return pool;
    }

    private WorkerPool cutOffOnce() {
        return cutOffOnce(Duration.ofMinutes(30));
    }

    private List<String> written() throws IOException {
        Path file = directory.resolve("out");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private void awaitMore() throws IOException {
        int before = written().size();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written()).hasSizeGreaterThan(before));
    }

    private void awaitFrozen(WorkerPool pool) {
        await().atMost(PATIENCE).until(() -> pool.getStats().frozen() == 1);
        assertThat(pool.getStats().leaseHeld()).isFalse();
    }

    /** Once it stands still, for so long. */
    private void assertStandsStill(Duration length) throws IOException {
        AtomicReference<List<String>> last = new AtomicReference<>(written());
        await().during(length).atMost(length.plusSeconds(2)).until(() -> {
            List<String> now = written();
            return now.equals(last.getAndSet(now));
        });
    }

    private RunView end(String runId) throws IOException {
        Files.writeString(directory.resolve("end"), "");
        return engine.awaitEnd(runId);
    }

    private void awaitSuccessor() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written()).anyMatch(line -> !line.startsWith("1 ")));
    }

    private static RunView.Task task(RunView run) {
        return run.phases().getFirst().tasks().getFirst();
    }

    @Test
    void a_program_stands_still_and_goes_on_as_the_same_attempt_when_the_lease_is_found_to_be_ours() throws Exception {
        WorkerPool pool = cutOffOnce();
        String runId = engine.submit(ONE);
        awaitMore();
        lease.pause();
        awaitFrozen(pool);
        assertStandsStill(engine.lease.multipliedBy(2));
        lease.goOn();
        await().atMost(PATIENCE).until(() -> pool.getStats().frozen() == 0);
        awaitMore();
        RunView end = end(runId);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(task(end).epoch()).isEqualTo(1);
        assertThat(task(end).attempts()).isEqualTo(1);
        List<String> lines = written();
        assertThat(task(end).output()).isEqualTo(Optional.of(Json.of(lines.size())));
        for (int i = 1; i <= lines.size(); i++) {
            assertThat(lines.get(i - 1)).isEqualTo("1 " + i);
        }
        assertThat(log(task(end).id())).anyMatch(line -> line.contains("stood still for"));
    }

    private List<String> log(String taskId) {
        return engine.store.logs().read(new LinkedHashMap<>(Map.of(taskId, TaskLogs.Place.START)), 1_000).stream()
                .flatMap(chunk -> chunk.lines().stream())
                .map(LogLine::text)
                .toList();
    }

    @Test
    void it_never_works_beside_its_successor_and_is_ended_when_its_epoch_was_taken() throws Exception {
        WorkerPool first = cutOffOnce();
        String runId = engine.submit(ONE);
        awaitMore();
        lease.pause();
        awaitFrozen(first);
        engine.scheduler.start();
        engine.addPool(1);
        awaitSuccessor();
        lease.goOn();
        await().atMost(PATIENCE).until(() -> first.getStats().running() == 0);
        awaitMore();
        RunView end = end(runId);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        String later = task(end).epoch() + " ";
        List<String> lines = written();
        int begun = lines.indexOf(later + 1);
        assertThat(begun).isPositive();
        assertThat(lines.subList(0, begun)).allMatch(line -> line.startsWith("1 "));
        assertThat(lines.subList(begun, lines.size())).allMatch(line -> line.startsWith(later));
        assertThat(Judgement.of(engine.url)).isEmpty();
    }

    @Test
    void it_is_ended_after_the_longest_time_and_begins_again_without_using_up_an_attempt() throws Exception {
        WorkerPool pool = cutOffOnce(Duration.ofSeconds(2));
        String runId = engine.submit(ONE);
        awaitMore();
        lease.pause();
        awaitFrozen(pool);
        await().atMost(PATIENCE).until(() -> pool.getStats().running() == 0);
        int before = written().size();
        assertStandsStill(Duration.ofSeconds(1));
        assertThat(written()).hasSize(before);
        lease.goOn();
        awaitSuccessor();
        RunView end = end(runId);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(task(end).attempts()).isEqualTo(1);
    }

    @Test
    void one_that_is_not_to_stand_still_is_ended_at_once() throws Exception {
        spec = spec.withWhenCutOff(WhenCutOff.STOP);
        WorkerPool pool = cutOffOnce();
        engine.submit(ONE);
        awaitMore();
        lease.pause();
        await().atMost(PATIENCE).until(() -> {
            assertThat(pool.getStats().frozen()).isZero();
            return pool.getStats().running() == 0;
        });
        assertStandsStill(Duration.ofSeconds(1));
    }

    @Test
    void a_timebox_ends_it_and_it_never_goes_on() throws Exception {
        spec = spec.withGrace(Duration.ZERO);
        WorkerPool pool = cutOffOnce();
        engine.timer.start();
        String runId = engine.submit(ONE.replace("'phases'", "'timebox':'PT6S','phases'"));
        awaitMore();
        lease.pause();
        awaitFrozen(pool);
        RunView end = engine.awaitEnd(runId);
        assertThat(end.state()).isEqualTo(StageState.TIMED_OUT);
        int before = written().size();
        lease.goOn();
        await().atMost(PATIENCE).until(() -> pool.getStats().running() == 0);
        assertThat(written()).hasSize(before);
        assertThat(engine.store.runs().events(runId, 0, 100))
                .extracting(EventView::kind)
                .contains("task.timed_out");
    }

    @Test
    void it_ends_with_its_worker() throws Exception {
        WorkerPool pool = cutOffOnce();
        engine.submit(ONE);
        awaitMore();
        lease.pause();
        awaitFrozen(pool);
        assertStandsStill(Duration.ofMillis(300));
        int before = written().size();
        pool.stop(Duration.ofSeconds(3));
        assertThat(written()).hasSize(before);
    }
}
