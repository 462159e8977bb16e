package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProcessTreeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ProcessTable table = ProcessTable.ofThisHost();

    private Launch launch(String script) {
        return new Launch(
                List.of("/bin/sh", "-c", script),
                directory,
                Map.of("PATH", ChildEnvironment.workerPath()),
                UUID.randomUUID().toString());
    }

    private void assertLeadsItsSession(SessionStarter starter) throws IOException {
        ProcessTree tree = ProcessTree.start(table, launch("sleep 1000 & sleep 1000"), starter);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(tree.members()).hasSize(3));
        long pid = tree.leader().pid();
        assertThat(tree.members())
                .allSatisfy(member ->
                        assertThat(table.find(member).orElseThrow().session()).isEqualTo(pid));
        assertEnds(tree);
        assertThat(tree.leader().isAlive()).isFalse();
    }

    /** Asks for each member by its pid, because one that was overlooked is overlooked in the list of members, too. */
    private void assertEnds(ProcessTree tree) {
        List<Long> members = tree.members();
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
        assertThat(members)
                .noneMatch(pid -> table.find(pid).filter(p -> !p.ended()).isPresent());
        assertThat(tree.members()).isEmpty();
    }

    private String program(String name) {
        Optional<Path> found = CommandLookup.inPath(name, ChildEnvironment.workerPath(), directory);
        assumeTrue(found.isPresent(), name + " is not installed");
        return found.orElseThrow().toString();
    }

    @Test
    void setsid_makes_the_started_process_itself_the_leader_of_a_session() throws IOException {
        assertLeadsItsSession(SessionStarter.setsid(program("setsid")));
    }

    @Test
    void perl_does_so_where_there_is_no_setsid() throws IOException {
        assertLeadsItsSession(SessionStarter.perl(program("perl")));
    }

    @Test
    void without_either_a_tree_is_its_descendants_and_what_carries_its_mark() throws IOException {
        ProcessTree tree = ProcessTree.start(
                table, launch("(sleep 1000 &) ; sleep 1000 & env -i sleep 1000"), SessionStarter.none());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(tree.members()).hasSize(4));
        assertEnds(tree);
    }

    @Test
    void where_the_system_tells_neither_sessions_nor_environments_descendants_are_ended() throws IOException {
        ProcessTree tree = ProcessTree.start(
                new ProcessTable(new JavaProcesses()), launch("sleep 1000 & sleep 1000"), SessionStarter.none());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(tree.members()).hasSize(3));
        List<Long> members = tree.members();
        assertThat(tree.terminate(Duration.ofMillis(200))).isTrue();
        assertThat(members)
                .noneMatch(pid -> table.find(pid).filter(p -> !p.ended()).isPresent());
    }

    @Test
    void a_member_of_the_session_without_mark_and_without_parent_is_found() throws IOException {
        program("setsid");
        ProcessTree tree =
                ProcessTree.start(table, launch("(env -i /bin/sh -c 'sleep 1000; true' &) ; exec sleep 1000"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(tree.members()).hasSize(3));
        assertEnds(tree);
    }

    @Test
    void a_process_with_the_same_pid_but_another_start_time_is_not_signalled() throws IOException {
        ProcessTree tree = ProcessTree.start(table, launch("exec sleep 1000"));
        ProcessEntry seen = table.find(tree.leader().pid()).orElseThrow();
        ProcessEntry earlier = new ProcessEntry(
                seen.pid(), seen.parent(), seen.group(), seen.session(), seen.started() - 1, seen.state());
        assertThat(table.signal(earlier, true)).isFalse();
        assertThat(tree.leader().isAlive()).isTrue();
        assertThat(table.signal(seen, true)).isTrue();
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
    }

    @Test
    void another_tree_is_left_alone() throws IOException {
        ProcessTree first = ProcessTree.start(table, launch("sleep 1000 & wait"));
        ProcessTree second = ProcessTree.start(table, launch("sleep 1000 & wait"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(second.members()).hasSize(2));
        assertThat(first.terminate(Duration.ZERO)).isTrue();
        assertThat(second.members()).hasSize(2);
        assertThat(second.terminate(Duration.ZERO)).isTrue();
    }

    @Test
    void an_interrupt_does_not_cut_the_ending_short_and_is_kept() throws IOException {
        ProcessTree tree = ProcessTree.start(table, launch("trap '' TERM; while :; do sleep 1000; done"));
        Thread.currentThread().interrupt();
        assertThat(tree.terminate(Duration.ofMillis(100))).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(tree.leader().isAlive()).isFalse();
    }
}
