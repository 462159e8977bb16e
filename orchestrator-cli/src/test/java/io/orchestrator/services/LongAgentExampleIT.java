package io.orchestrator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import io.orchestrator.time.SystemTicks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guide's "Checkpoint/Resume Example": a long agent's worker dies after its third phase, and the task goes on from
 * {@code phase-3-complete} on another worker. The minutes of the phases are left out.
 */
@Tag("slow")
class LongAgentExampleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(5);

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

    private ServiceProcess worker() {
        long before = site.store.recovery().liveWorkers();
        ServiceProcess worker = site.start("worker", "--slots", "2", "--lease", LEASE.toSeconds() + "s");
        await().atMost(PATIENCE).until(() -> site.store.recovery().liveWorkers() > before);
        return worker;
    }

    @Test
    void a_long_agent_whose_worker_is_killed_continues_from_its_third_phase_on_another() throws IOException {
        site.start("scheduler", "--lease", LEASE.toSeconds() + "s");
        site.start("timer");
        ServiceProcess first = worker();
        Path record = directory.resolve("record");
        String runId = site.submit("{'name':'long','inputs':{'record':'" + record
                + "'},'phases':[{'phase':'P','agents':['LongRunningAgent']}]}");
        String task = site.view(runId).phases().getFirst().tasks().getFirst().id();
        await().atMost(PATIENCE).until(() -> token(task).equals(Optional.of("phase-3-complete")));
        ServiceProcess second = worker();

        SystemTicks ticks = new SystemTicks();
        long killed = ticks.nanos();
        first.kill();
        RunView end = site.awaitEnd(runId);
        assertThat(ticks.since(killed)).isLessThan(LEASE.plusSeconds(1));

        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        RunView.Task done = end.phases().getFirst().tasks().getFirst();
        assertThat(done.output()).contains(Json.object("report", "brought together"));
        assertThat(done.attempts())
                .as("a worker's death is not the task's failure")
                .isEqualTo(1);
        assertThat(Files.readAllLines(record))
                .containsExactly(
                        "collect by " + first.pid(),
                        "analyse by " + first.pid(),
                        "synthesise by " + first.pid(),
                        "report by " + second.pid());
    }

    private Optional<String> token(String task) {
        return site.store.checkpoints().load(task).map(Checkpoint::token);
    }
}
