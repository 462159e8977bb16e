package io.orchestrator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import io.orchestrator.worker.program.Keeping;
import io.orchestrator.worker.program.ProgramHost;
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

/**
 * An agent whose child has lost its parent and left its session, and where the kernel helps has no environment either:
 * whatever ends the attempt, nothing of its tree is left. The processes write their pids into a file, so that the test need
 * not search for them.
 */
@Tag("slow")
class ProcessTreesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(20);

    @TempDir
    Path directory;

    private final Keeping keeping = ProgramHost.of("asked-by-a-test").keeping();
    private Site site;
    private Path pids;

    @BeforeEach
    void open() throws IOException {
        site = new Site(directory);
        pids = directory.resolve("pids");
        Files.writeString(directory.resolve("escaping.sh"), """
                echo $$ >> pids
                (%s setsid sh -c 'trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &)
                trap "" TERM
                while :; do sleep 1; done
                """.formatted(keeping.isVerified() ? "env -i" : ""));
        Files.writeString(directory.resolve("agents.json"), """
                {"agents": {"Escaping": {"command": ["sh", "escaping.sh"], "graceMs": 500}}}
                """);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
        for (long pid : knownPids()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private ServiceProcess worker() {
        return site.start(
                "worker",
                "--lease",
                "3s",
                "--agents",
                directory.resolve("agents.json").toString());
    }

    private String start(String phaseOptions) throws IOException {
        site.start("scheduler", "--lease", "3s");
        site.start("timer");
        Json agents = AgentsFile.read(directory.resolve("agents.json")).toJson();
        // A timebox begins with the run, and how long a JVM takes to come up is not what is tested.
        await().atMost(PATIENCE).until(() -> site.store.recovery().liveWorkers() > 0);
        String runId = site.submit(
                "{'name':'tree','phases':[{'phase':'P'," + phaseOptions + "'agents':['Escaping']}]}", agents);
        await().atMost(PATIENCE).until(() -> knownPids().size() >= 2);
        assertThat(alive()).hasSize(2);
        return runId;
    }

    private List<Long> knownPids() throws IOException {
        return Files.exists(pids)
                ? Files.readAllLines(pids).stream().map(Long::valueOf).toList()
                : List.of();
    }

    private List<Long> alive() throws IOException {
        return knownPids().stream()
                .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .filter(pid -> !waitsToBeReaped(pid))
                .toList();
    }

    /** Which nobody does while the worker stands still. */
    private static boolean waitsToBeReaped(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void after_a_cancel() throws IOException {
        worker();
        String runId = start("");
        site.store.runs().cancel(runId, "no more");
        await().atMost(PATIENCE).until(() -> alive().isEmpty());
    }

    @Test
    void after_a_timebox() throws IOException {
        worker();
        String runId = start("'timebox':'PT15S',");
        RunView end = site.awaitEnd(runId);
        assertThat(end.state()).isEqualTo(StageState.TIMED_OUT);
        assertThat(end.phases().getFirst().tasks().getFirst().state()).isEqualTo(TaskState.TIMED_OUT);
        await().atMost(PATIENCE).until(() -> alive().isEmpty());
    }

    @Test
    void after_its_worker_was_killed_before_anybody_else_has_its_task() throws IOException {
        assumeThat(keeping.guarded()).as("agents are guarded on this host").isTrue();
        ServiceProcess first = worker();
        String runId = start("");
        first.kill();
        await().atMost(PATIENCE)
                .pollInterval(LOOK)
                .until(() -> !site.events(runId, "task.reclaimed").isEmpty());
        assertThat(alive()).isEmpty();
    }

    @Test
    void after_its_worker_was_killed_and_another_one_came_up_on_the_host() throws IOException {
        ServiceProcess first = worker();
        start("");
        List<Long> orphans = knownPids();
        first.kill();
        assertThat(first.awaitExit(Duration.ofSeconds(10))).isTrue();
        worker();
        await().atMost(PATIENCE)
                .until(() -> orphans.stream()
                        .noneMatch(pid -> ProcessHandle.of(pid)
                                .map(ProcessHandle::isAlive)
                                .orElse(false)));
        await().atMost(PATIENCE).until(() -> knownPids().size() >= 4);
    }

    @Test
    void of_a_worker_that_was_frozen_beyond_its_lease_within_two_seconds_of_waking() throws IOException {
        ServiceProcess zombie = worker();
        String runId = start("");
        List<Long> stale = knownPids();
        zombie.freeze();
        await().atMost(PATIENCE)
                .pollInterval(LOOK)
                .until(() -> !site.events(runId, "task.reclaimed").isEmpty());
        if (keeping.guarded()) {
            assertThat(alive()).isEmpty();
        } else {
            assertThat(alive()).containsAll(stale);
        }
        zombie.thaw();
        await().atMost(Duration.ofSeconds(2))
                .until(() -> stale.stream()
                        .noneMatch(pid -> ProcessHandle.of(pid)
                                .map(ProcessHandle::isAlive)
                                .orElse(false)));
        assertThat(site.events(runId, "task.completed")).isEmpty();
    }
}
