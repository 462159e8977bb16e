package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OrphansIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The program, and a child of it that has left the session, lost its parent, and ignores SIGTERM. */
    private static final String SCRIPT =
            "trap '' TERM; (setsid sh -c 'trap \"\" TERM; exec sleep 1000' &) ; sleep 1000; true";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ProcessTable table = ProcessTable.ofThisHost();
    private final Orphans orphans = new Orphans(table);

    @BeforeEach
    void needsSessions() {
        assumeTrue(CommandLookup.inPath("setsid", ChildEnvironment.workerPath(), directory)
                .isPresent());
    }

    private Process startWorker(String workerId) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedWorker.class.getName(),
                        workerId,
                        directory.toString(),
                        SCRIPT,
                        Kind.MARKS.name(),
                        "-1")
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private List<Long> awaitPrograms(String workerId) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Programs.carrying("ORCHESTRATOR_WORKER_ID=" + workerId))
                        .hasSize(3));
        return Programs.carrying("ORCHESTRATOR_WORKER_ID=" + workerId);
    }

    @Test
    void what_a_killed_worker_left_is_ended_and_what_a_live_worker_runs_is_spared() throws Exception {
        String dead = "dead-" + UUID.randomUUID();
        String live = "live-" + UUID.randomUUID();
        Process deadWorker = startWorker(dead);
        Process liveWorker = startWorker(live);
        try {
            List<Long> left = awaitPrograms(dead);
            List<Long> running = awaitPrograms(live);
            assertThat(orphans.reap()).doesNotContainAnyElementsOf(left).doesNotContainAnyElementsOf(running);

            deadWorker.destroyForcibly().waitFor();
            assertThat(orphans.ofWorker(dead)).containsExactlyInAnyOrderElementsOf(left);
            assertThat(orphans.reap()).containsAll(left).doesNotContainAnyElementsOf(running);

            assertThat(Programs.carrying("ORCHESTRATOR_WORKER_ID=" + dead)).isEmpty();
            assertThat(orphans.ofWorker(live)).containsExactlyInAnyOrderElementsOf(running);
            assertThat(liveWorker.isAlive()).isTrue();
        } finally {
            deadWorker.destroyForcibly().waitFor();
            liveWorker.destroyForcibly().waitFor();
            orphans.reap();
        }
        assertThat(Programs.carrying("ORCHESTRATOR_WORKER_ID=" + live)).isEmpty();
    }

    private ProcessTree started(Map<String, String> markers) throws IOException {
        Launch launch = new Launch(
                List.of("/bin/sh", "-c", "exec sleep 1000"),
                directory,
                markers,
                UUID.randomUUID().toString());
        ProcessTree tree = ProcessTree.start(table, launch);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Programs.carrying("ORCHESTRATOR_ATTEMPT_ID=" + launch.attemptId()))
                        .isNotEmpty());
        return tree;
    }

    @Test
    void a_worker_pid_that_was_given_to_a_later_process_does_not_protect() throws Exception {
        ProcessEntry self = table.self();
        ProcessTree tree = started(Map.of(
                Markers.WORKER_PID, Long.toString(self.pid()),
                Markers.WORKER_STARTED, Long.toString(self.started() - 1),
                Markers.WORKER_NAMESPACE, table.namespace()));
        assertThat(orphans.reap()).contains(tree.leader().pid());
        assertThat(tree.leader().waitFor()).isEqualTo(137);
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
    }

    @Test
    void a_worker_of_another_container_counts_as_running_because_it_cannot_be_seen() throws Exception {
        ProcessTree tree = started(Map.of(
                Markers.WORKER_PID, "1",
                Markers.WORKER_STARTED, "1",
                Markers.WORKER_NAMESPACE, "pid:[1]"));
        assertThat(orphans.reap()).doesNotContain(tree.leader().pid());
        assertThat(tree.leader().isAlive()).isTrue();
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
    }
}
