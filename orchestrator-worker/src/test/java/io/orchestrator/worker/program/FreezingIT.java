package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trees that stand still as a whole, whatever they are doing, and go on where they were. */
@Timeout(120)
class FreezingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration A_WHILE = Duration.ofMillis(700);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ProcessTable table = ProcessTable.ofThisHost();
    private final String id = UUID.randomUUID().toString();
    private final AtomicBoolean failed = new AtomicBoolean();

    @SuppressWarnings("NullAway.Init")
    private ProcessTree tree;

    @AfterEach
    void end() {
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
    }

    private void start(String script) throws IOException {
        Launch launch = new Launch(
                List.of("/bin/sh", "-c", script), directory, Map.of("PATH", ChildEnvironment.workerPath()), id);
        tree = ProcessTree.start(table, launch);
        await().atMost(PATIENCE).until(() -> written() > 0);
    }

    private long written() throws IOException {
        Path file = directory.resolve("out");
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private void freeze() {
        tree.freeze(() -> failed.set(true));
    }

    private void awaitStill() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<Character> states = states();
            // D: it waits in the kernel for a child that was stopped before it became another program (vfork).
            assertThat(states).isNotEmpty().isSubsetOf('T', 'D').contains('T');
            assertThat(failed).isFalse();
        });
    }

    /** Soon, and then for a while. */
    private void assertStandsStill() throws IOException {
        AtomicLong last = new AtomicLong(written());
        await().during(A_WHILE).atMost(A_WHILE.plusSeconds(5)).until(() -> {
            long now = written();
            return now == last.getAndSet(now);
        });
        assertThat(failed).isFalse();
    }

    private void assertGoesOn() throws IOException {
        long before = written();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written()).isGreaterThan(before));
    }

    /** Read on its own, so that a mistake of the code under test does not hide itself. */
    private List<Character> states() {
        return Programs.carrying(Markers.ATTEMPT_ID + "=" + id).stream()
                .map(FreezingIT::state)
                .filter(state -> state != 'Z')
                .toList();
    }

    private static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return 'Z';
        }
    }

    @Test
    void a_program_stands_still_and_goes_on() throws IOException {
        start("while :; do echo x >> out; sleep 0.02; done");
        freeze();
        awaitStill();
        assertStandsStill();
        tree.thaw();
        assertGoesOn();
    }

    @Test
    void so_does_what_left_its_session_its_parent_and_its_mark() throws IOException {
        start("(setsid sh -c 'while :; do echo s >> out; sleep 0.02; done' &);"
                + " setsid env -i PATH=\"$PATH\" sh -c 'while :; do echo c >> out; sleep 0.02; done' &"
                + " exec sleep 1000");
        freeze();
        awaitStill();
        assertStandsStill();
        tree.thaw();
        assertGoesOn();
    }

    @Test
    void what_starts_processes_all_the_time_is_stopped_with_all_of_them() throws IOException {
        start("while :; do setsid sh -c 'echo x >> out; (echo y >> out; sleep 0.01; echo z >> out) & sleep 0.01' &"
                + " sleep 0.01; done");
        for (int round = 0; round < 5; round++) {
            freeze();
            awaitStill();
            assertStandsStill();
            tree.thaw();
            assertGoesOn();
        }
    }

    @Test
    void what_the_program_itself_had_stopped_is_not_continued() throws IOException {
        start("sh -c 'kill -STOP $$; echo woken > woken' & sleep 0.2; while :; do echo x >> out; sleep 0.02; done");
        await().atMost(PATIENCE).until(() -> states().contains('T'));
        freeze();
        awaitStill();
        tree.thaw();
        assertGoesOn();
        assertThat(states()).contains('T');
        assertThat(directory.resolve("woken")).doesNotExist();
    }

    @Test
    void a_tree_that_stands_still_can_be_killed_and_writes_nothing_more() throws IOException {
        Optional<Path> perl = CommandLookup.inPath("perl", ChildEnvironment.workerPath(), directory);
        assumeTrue(perl.isPresent(), "perl is not installed");
        // Groups of their own, which the kernel continues when the parent ends, and busy.
        start("for i in 1 2 3 4 5 6 7 8; do perl -e 'setpgrp(0, 0); exec @ARGV' sh -c"
                + " 'trap \"\" HUP TERM; while :; do echo x >> out; done' & done; wait");
        freeze();
        awaitStill();
        long before = written();
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
        assertThat(written()).isEqualTo(before);
        assertThat(states()).isEmpty();
    }

    @Test
    void who_is_asked_to_end_while_it_stands_still_goes_on_for_it() throws IOException {
        start("trap 'echo goodbye > goodbye; exit' TERM; while :; do echo x >> out; sleep 0.02; done");
        freeze();
        awaitStill();
        assertThat(tree.terminate(PATIENCE)).isTrue();
        assertThat(directory.resolve("goodbye")).exists();
    }

    @Test
    void the_last_wish_holds() throws IOException {
        start("while :; do echo x >> out; sleep 0.02; done");
        for (int i = 0; i < 50; i++) {
            freeze();
            tree.thaw();
        }
        assertGoesOn();
        freeze();
        awaitStill();
        assertStandsStill();
    }
}
