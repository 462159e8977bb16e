package io.orchestrator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.time.SystemTicks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker process that gets SIGTERM while its agents are programs. */
@Tag("slow")
class StoppingWorkersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Site site;
    private Path pids;

    @BeforeEach
    void open() throws IOException {
        site = new Site(directory);
        pids = directory.resolve("pids");
        Files.writeString(directory.resolve("listening.sh"), """
                read -r task
                case $task in *'"token":"asked"'*) echo went on; exit 0 ;; esac
                trap 'echo "{\\"type\\":\\"checkpoint\\",\\"token\\":\\"asked\\",\\"data\\":{}}"; exit 143' TERM
                echo $$ >> pids
                while :; do sleep 0.05; done
                """);
        Files.writeString(directory.resolve("deaf.sh"), """
                [ -e pids ] && { echo went on; exit 0; }
                trap '' TERM
                echo $$ >> pids
                while :; do sleep 0.05; done
                """);
        Files.writeString(directory.resolve("agents.json"), """
                {"agents": {"Listening": {"command": ["sh", "listening.sh"]},
                            "Deaf": {"command": ["sh", "deaf.sh"], "graceMs": 600000}}}
                """);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
        pids().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private ServiceProcess worker(String... options) {
        long before = site.store.recovery().liveWorkers();
        String[] all = new String[options.length + 2];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = "--agents";
        all[options.length + 1] = directory.resolve("agents.json").toString();
        ServiceProcess worker = site.start("worker", all);
        await().atMost(PATIENCE).until(() -> site.store.recovery().liveWorkers() > before);
        return worker;
    }

    private String begin(String agent) throws IOException {
        site.start("scheduler");
        site.start("timer");
        Json agents = AgentsFile.read(directory.resolve("agents.json")).toJson();
        String runId = site.submit("{'name':'stop','phases':[{'phase':'P','agents':['" + agent + "']}]}", agents);
        await().atMost(PATIENCE).until(() -> pids().size() == 1);
        return runId;
    }

    private List<Long> pids() throws IOException {
        return Files.exists(pids)
                ? Files.readAllLines(pids).stream().map(Long::valueOf).toList()
                : List.of();
    }

    private void assertHandedOver(String runId) {
        RunView end = site.awaitEnd(runId);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        RunView.Task task = end.phases().getFirst().tasks().getFirst();
        assertThat(task.output()).contains(Json.of("went on"));
        assertThat(task.attempts()).isEqualTo(1);
        assertThat(site.events(runId, "task.handed_back"))
                .extracting(EventView::attempt)
                .hasSize(1);
    }

    @Test
    void a_program_is_told_saves_a_checkpoint_and_goes_on_elsewhere_within_three_seconds() throws IOException {
        ServiceProcess first = worker();
        String runId = begin("Listening");
        worker();
        SystemTicks ticks = new SystemTicks();
        long told = ticks.nanos();
        first.terminate();
        assertHandedOver(runId);
        assertThat(ticks.since(told)).isLessThan(Duration.ofSeconds(3));
        assertThat(first.awaitExit(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void a_program_that_wants_more_time_than_its_worker_has_is_gone_when_the_worker_is() throws IOException {
        ServiceProcess first = worker("--grace", "6s");
        String runId = begin("Deaf");
        worker();
        SystemTicks ticks = new SystemTicks();
        long told = ticks.nanos();
        first.terminate();
        assertThat(first.awaitExit(PATIENCE)).isTrue();
        assertThat(ticks.since(told)).isLessThan(Duration.ofSeconds(9));
        assertThat(ProcessHandle.of(pids().getFirst())).isEmpty();
        assertHandedOver(runId);
    }
}
