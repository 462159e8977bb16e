package io.orchestrator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scheduler, workers and timer service as separate processes share the work and survive each other's deaths. */
@Tag("slow")
class ServicesApartIT {
    @TempDir
    Path directory;

    private Site site;

    @BeforeEach
    void open() {
        site = new Site(directory);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    private static String sharded(String agent, int tasks, int parallelism) {
        String items = IntStream.range(0, tasks).mapToObj(String::valueOf).collect(Collectors.joining(","));
        return "{'name':'many','inputs':{'steps':20,'items':[" + items + "]},'phases':[{'phase':'P','parallelism':"
                + parallelism + ",'agents':[{'agent':'" + agent + "','shard':{'over':'items','size':1}}]}]}";
    }

    @Test
    void two_of_each_complete_ten_thousand_tasks_once_each_and_both_workers_do_a_fair_share() {
        for (int i = 0; i < 2; i++) {
            site.start("scheduler");
            site.start("timer");
            site.start("worker", "--slots", "16");
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> workersAlive() == 2);
        RunView end = site.awaitEnd(site.submit(sharded("NoopAgent", 10_000, 10_000)));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        List<EventView> completed = site.events(end.id(), "task.completed");
        assertThat(completed)
                .extracting(e -> e.taskId().orElseThrow())
                .hasSize(10_000)
                .doesNotHaveDuplicates();
        Map<Json, Long> byProcess = end.phases().getFirst().tasks().stream()
                .collect(Collectors.groupingBy(t -> t.output().orElseThrow(), Collectors.counting()));
        assertThat(byProcess).hasSize(2);
        assertThat(byProcess.values()).allSatisfy(share -> assertThat(share).isGreaterThan(1_500L));
    }

    private long workersAlive() {
        return site.store.recovery().liveWorkers();
    }

    @Test
    void each_service_killed_and_started_again_in_the_middle_loses_nothing() {
        ServiceProcess scheduler = site.start("scheduler", "--lease", "3s");
        ServiceProcess timer = site.start("timer");
        ServiceProcess worker = site.start("worker", "--slots", "8", "--lease", "3s");
        site.start("worker", "--slots", "8", "--lease", "3s");
        String runId = site.submit(sharded("PoliteAgent", 400, 400));
        // Each of its tasks waits for a timer once, whatever becomes of the service that set it or of the one that
        // fires it.
        String flaky = site.submit(sharded("FlakyAgent", 400, 40));
        for (ServiceProcess victim : List.of(worker, scheduler, timer)) {
            int before = completed(runId);
            await().atMost(Duration.ofSeconds(60)).until(() -> completed(runId) >= before + 20);
            victim.kill();
            String service = victim == worker ? "worker" : victim == scheduler ? "scheduler" : "timer";
            site.start(service, service.equals("timer") ? new String[0] : new String[] {"--lease", "3s"});
        }
        RunView end = site.awaitEnd(runId);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().completed()).isEqualTo(400);
        assertThat(site.events(runId, "task.completed"))
                .extracting(e -> e.taskId().orElseThrow())
                .hasSize(400)
                .doesNotHaveDuplicates();
        RunView flakyEnd = site.awaitEnd(flaky);
        assertThat(flakyEnd.state()).isEqualTo(StageState.COMPLETED);
        assertThat(flakyEnd.phases().getFirst().tasks())
                .hasSize(400)
                .extracting(RunView.Task::attempts)
                .containsOnly(2);
        assertThat(site.events(flaky, "task.retrying")).hasSize(400);
    }

    private int completed(String runId) {
        return site.store
                .runs()
                .view(runId, false)
                .orElseThrow()
                .phases()
                .getFirst()
                .completed();
    }

    @Test
    void rolling_workers_over_and_over_uses_up_no_attempt_and_the_work_goes_on() {
        site.start("scheduler");
        site.start("timer");
        ServiceProcess old = site.start("worker", "--slots", "8");
        String runId = site.submit(
                "{'name':'roll','inputs':{'steps':1000000},'phases':[{'phase':'P','parallelism':4,'agents':["
                        + "'PoliteAgent',{'agent':'PoliteAgent','as':'b'},{'agent':'PoliteAgent','as':'c'},{'agent':'PoliteAgent','as':'d'}]}]}");
        await().atMost(Duration.ofSeconds(60)).until(() -> running(runId) == 4);
        for (int roll = 0; roll < 20; roll++) {
            ServiceProcess next = site.start("worker", "--slots", "8");
            await().atMost(Duration.ofSeconds(60)).until(() -> workersAlive() == 2);
            assertThat(running(runId)).isEqualTo(4);
            old.terminate();
            assertThat(old.awaitExit(Duration.ofSeconds(40))).isTrue();
            await().atMost(Duration.ofSeconds(10)).until(() -> running(runId) == 4);
            old = next;
        }
        List<EventView> handedBack = site.events(runId, "task.handed_back");
        assertThat(handedBack).hasSize(80);
        assertThat(handedBack).extracting(e -> e.attempt().orElseThrow()).containsOnly(1);
        assertThat(resumptionsMs(handedBack)).allSatisfy(ms -> assertThat(ms).isLessThan(3_000L));
        assertThat(site.store.runs().cancel(runId, "seen enough")).isTrue();
    }

    private int running(String runId) {
        return site.store
                .runs()
                .view(runId, false)
                .orElseThrow()
                .phases()
                .getFirst()
                .running();
    }

    /** From a task's hand-back to the start of its next attempt, which its next hand-back tells. */
    private static List<Long> resumptionsMs(List<EventView> handedBack) {
        return handedBack.stream().collect(Collectors.groupingBy(e -> e.taskId().orElseThrow())).values().stream()
                .flatMap(ofTask -> IntStream.range(1, ofTask.size())
                        .mapToObj(i -> Duration.between(
                                        ofTask.get(i - 1).at(),
                                        java.time.Instant.parse(ofTask.get(i)
                                                .data()
                                                .text("startedAt")
                                                .orElseThrow()))
                                .toMillis()))
                .toList();
    }
}
