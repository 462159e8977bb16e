package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.embedded.StopMode;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.program.ProgramAgent;
import io.orchestrator.worker.program.ProgramHost;
import io.orchestrator.worker.program.ProgramSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Postgres is away for a minute while two hundred tasks run. */
@Tag("slow")
class LongOutageIT {
    private static final int TASKS = 200;
    private static final Duration AWAY = Duration.ofSeconds(60);

    private static String plan() {
        String items = IntStream.range(0, TASKS).mapToObj(String::valueOf).collect(Collectors.joining(","));
        return "{'name':'x','inputs':{'i':[" + items + "]},'phases':[{'phase':'A','parallelism':" + TASKS
                + ",'agents':[{'agent':'Long','shard':{'over':'i','size':1}}]}]}";
    }

    @Test
    void no_task_of_a_worker_that_outlives_the_outage_is_begun_again() throws InterruptedException {
        RunView end = throughAnOutage(AWAY.multipliedBy(3));
        assertThat(end.phases().getFirst().tasks())
                .hasSize(TASKS)
                .extracting(RunView.Task::epoch)
                .containsOnly(1L);
    }

    /** Its agents have to stop, because nobody can know that the database will come back; that costs no attempt. */
    @Test
    void a_lease_shorter_than_the_outage_costs_no_attempt() throws InterruptedException {
        RunView end = throughAnOutage(Duration.ofSeconds(15));
        assertThat(end.phases().getFirst().tasks()).hasSize(TASKS);
    }

    /** Each says once a second how far it is, to a file of its own and in a checkpoint. */
    private static final String PROGRAM = "head -n 1 > /dev/null; i=0; while [ ! -e end ]; do i=$((i + 1));"
            + " echo \"$ORCHESTRATOR_EPOCH $i\" >> \"out-$ORCHESTRATOR_TASK_ID\";"
            + " printf '{\"type\":\"checkpoint\",\"token\":\"%d\",\"data\":%d}\\n' $i $i; sleep 1; done;"
            + " printf '{\"type\":\"result\",\"output\":%d}\\n' $i";

    /** They stand still before their lease is over, and go on as the same attempts. */
    @Test
    void programs_outlive_an_outage_that_is_longer_than_their_lease(@TempDir Path directory) throws Exception {
        Duration lease = Duration.ofSeconds(15);
        ProgramSpec program = ProgramSpec.of("Long", List.of("sh", "-c", PROGRAM), directory);
        try (TemporaryStack stack = TemporaryStack.open();
                Engine engine = Engine.on(stack, lease)) {
            engine.agent("Long", new ProgramAgent(program, ProgramHost.of("worker-of-many")))
                    .start(TASKS);
            WorkerPool pool = engine.pools.getFirst();
            String runId = engine.submit(plan());
            await().atMost(Duration.ofMinutes(2)).until(() -> lines(directory).size() == TASKS);
            stack.killPostgres(StopMode.IMMEDIATE);
            Instant away = Instant.now();
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(lease)
                    .until(() -> !pool.getStats().leaseHeld());
            Instant untrusted = Instant.now();
            await().atMost(lease).until(() -> pool.getStats().frozen() == TASKS);
            await().atMost(AWAY.multipliedBy(2)).until(() -> Instant.now().isAfter(away.plus(AWAY)));
            Duration untilStill = Duration.between(untrusted, lastWrite(directory));
            stack.restartPostgres();
            Instant back = Instant.now();
            await().atMost(Duration.ofSeconds(60)).until(() -> pool.getStats().frozen() == 0);
            Map<String, Integer> before = lines(directory);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                Map<String, Integer> now = lines(directory);
                return before.entrySet().stream().allMatch(e -> now.getOrDefault(e.getKey(), 0) > e.getValue());
            });
            System.out.printf(
                    "%d programs, Postgres away for %s: the last write came %d ms after trust had ended,"
                            + " all went on within %d ms of its return%n",
                    TASKS,
                    AWAY,
                    untilStill.toMillis(),
                    Duration.between(back, Instant.now()).toMillis());
            assertThat(untilStill).isLessThan(lease.dividedBy(10));
            Files.writeString(directory.resolve("end"), "");
            RunView end = engine.awaitEnd(runId);
            assertThat(end.state()).isEqualTo(StageState.COMPLETED);
            assertThat(end.phases().getFirst().tasks())
                    .hasSize(TASKS)
                    .allMatch(task -> task.epoch() == 1 && task.attempts() == 1)
                    .allSatisfy(task -> assertThat(task.output())
                            .contains(Json.of(wholeLines(directory.resolve("out-" + task.id())))));
            assertThat(Judgement.of(engine.url)).isEmpty();
        }
    }

    private static Map<String, Integer> lines(Path directory) throws IOException {
        Map<String, Integer> lines = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                lines.put(
                        file.getFileName().toString(), Files.readAllLines(file).size());
            }
        }
        return lines;
    }

    private static Instant lastWrite(Path directory) throws IOException {
        Instant last = Instant.MIN;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Instant written = Files.getLastModifiedTime(file).toInstant();
                last = written.isAfter(last) ? written : last;
            }
        }
        return last;
    }

    /** How many there are, of one epoch and without a gap. */
    private static int wholeLines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            assertThat(lines)
                    .isEqualTo(IntStream.rangeClosed(1, lines.size())
                            .mapToObj(i -> "1 " + i)
                            .toList());
            return lines.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RunView throughAnOutage(Duration lease) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(TASKS);
        CountDownLatch back = new CountDownLatch(1);
        try (TemporaryStack stack = TemporaryStack.open();
                Engine engine = Engine.on(stack, lease)) {
            engine.agent("Long", context -> {
                        begun.countDown();
                        back.await();
                        return Json.NULL;
                    })
                    .start(TASKS);
            String runId = engine.submit(plan());
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            stack.killPostgres(StopMode.IMMEDIATE);
            await().pollDelay(AWAY).atMost(AWAY.multipliedBy(2)).until(() -> !engine.store.answers());
            stack.restartPostgres();
            back.countDown();
            RunView end = engine.awaitEnd(runId);
            assertThat(end.state()).isEqualTo(StageState.COMPLETED);
            assertThat(engine.store.runs().events(runId, 0, 10_000))
                    .extracting(EventView::kind)
                    .doesNotContain("task.reclaimed", "task.retrying", "task.dead");
            assertThat(engine.tasks(runId)).extracting(RunView.Task::attempts).containsOnly(1);
            assertThat(Judgement.of(engine.url)).isEmpty();
            return end;
        }
    }
}
