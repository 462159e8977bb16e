package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs start is held together, whatever they do, and otherwise they notice nothing of it. */
@Timeout(120)
class KeepingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BRIEFLY = Duration.ofSeconds(5);
    private static final int SIGKILL = 137;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ProcessTable table = ProcessTable.ofThisHost();
    private final String name = "daemon-" + UUID.randomUUID();

    private List<Long> daemons() {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(entry -> entry.getFileName().toString().matches("\\d+"))
                    .filter(entry -> commandOf(entry).endsWith("\0" + name + "\0"))
                    .map(entry -> Long.parseLong(entry.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String commandOf(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private Programs programs(Keeper keeper) {
        return new Programs(
                directory, ProgramHost.of("worker-" + UUID.randomUUID()).with(keeper));
    }

    @ParameterizedTest
    @EnumSource(names = "MARKS", mode = EnumSource.Mode.EXCLUDE)
    void a_daemon_without_environment_ends_with_its_attempt(Kind kind) throws Exception {
        assumeTrue(CommandLookup.inPath("setsid", ChildEnvironment.workerPath(), directory)
                .isPresent());
        Programs programs = programs(kind.keeper(table));

        Json output = programs.run(daemonThen("echo '{\"type\":\"result\",\"output\":{\"ok\":true}}'", programs));

        assertThat(output).isEqualTo(Json.parse("{\"ok\":true}"));
        assertThat(programs.context.logs).contains("there");
        assertThat(daemons()).isEmpty();
    }

    private ProgramSpec daemonThen(String rest, Programs programs) {
        return programs.script(daemon() + " while ! [ -e ready ]; do sleep 0.01; done; echo there; " + rest);
    }

    /** It has forked twice, leads a session of its own and has no environment: nothing of the program is left in it. */
    private String daemon() {
        return "(env -i setsid /bin/sh -c 'touch ready; while :; do echo x >> work; sleep 0.02; done' " + name
                + " >/dev/null 2>&1 </dev/null &);";
    }

    @ParameterizedTest
    @EnumSource
    void exit_codes_are_the_programs_own(Kind kind) throws IOException, InterruptedException {
        Keeper keeper = kind.keeper(table);
        assertThat(exitOf(keeper, "exit 0")).isZero();
        assertThat(exitOf(keeper, "exit 7")).isEqualTo(7);
        assertThat(exitOf(keeper, "kill -KILL $$")).isEqualTo(SIGKILL);
        assertThat(exitOf(keeper, "kill -TERM $$")).isEqualTo(143);
        assertThat(exitOf(keeper, "exec /nowhere/at/all")).isEqualTo(127);
    }

    private int exitOf(Keeper keeper, String script) throws IOException, InterruptedException {
        ProcessTree tree = ProcessTree.start(table, launch("/bin/sh", "-c", script), keeper);
        int code = tree.leader().waitFor();
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
        return code;
    }

    private Launch launch(String... command) {
        return new Launch(
                List.of(command),
                directory,
                Map.of("PATH", ChildEnvironment.workerPath()),
                UUID.randomUUID().toString());
    }

    @ParameterizedTest
    @EnumSource
    void streams_arguments_and_directory_are_the_programs_own(Kind kind) throws Exception {
        Programs programs = programs(kind.keeper(table));

        programs.run(programs.command(
                "sh",
                "-c",
                "read task; echo \"$#:$1:$2:$(pwd -P)\"; echo loud >&2; ls /proc/self/fd | tr '\\n' ' '",
                "sh",
                "a b",
                ""));

        assertThat(programs.context.logs).contains("2:a b::" + directory.toRealPath(), "loud", "0 1 2 3 ");
    }

    @ParameterizedTest
    @EnumSource
    void a_program_leads_its_session_and_takes_signals_as_usual(Kind kind) throws Exception {
        ProcessTree tree =
                ProcessTree.start(table, launch("/bin/sh", "-c", "sleep 1000 & sleep 1000"), kind.keeper(table));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(tree.members()).hasSize(3));
        assertThat(tree.members())
                .contains(tree.leader().pid())
                .allSatisfy(
                        member -> assertThat(table.find(member).orElseThrow().session())
                                .isEqualTo(tree.leader().pid()));
        tree.terminateLeader();
        assertThat(tree.leader().waitFor()).isEqualTo(143);
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
        assertThat(tree.members()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void children_may_say_what_their_parent_left_to_them(Kind kind) throws Exception {
        Programs programs = programs(kind.keeper(table));
        assertThat(programs.run("(sleep 0.3; echo '{\"type\":\"result\",\"output\":5}') & exit 0"))
                .isEqualTo(Json.parse("5"));
    }

    @ParameterizedTest
    @EnumSource
    void a_program_that_cannot_be_run_fails_with_its_reason(Kind kind) throws IOException {
        Programs programs = programs(kind.keeper(table));
        Path broken = directory.resolve("broken");
        Files.writeString(broken, "#!/nowhere/at/all\n");
        assertThat(broken.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() -> programs.run(programs.command("./broken")))
                .isInstanceOf(AgentFailure.class)
                .hasMessageContaining("exit code 12")
                .hasMessageContaining("No such file");
    }

    @ParameterizedTest
    @EnumSource
    void programs_that_fork_all_the_time_are_ended(Kind kind) throws Exception {
        ProcessTree tree = ProcessTree.start(
                table,
                launch("/bin/sh", "-c", "f() { for i in 1 2 3; do (sleep 0.02; f) & done; wait; }; f"),
                kind.keeper(table));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(tree.members()).hasSizeGreaterThan(20));
        assertThat(tree.terminate(Duration.ZERO)).isTrue();
        assertThat(tree.members()).isEmpty();
    }

    private Process worker(Kind kind, long trustMs, String script) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedWorker.class.getName(),
                        "worker-" + name,
                        directory.toString(),
                        script,
                        kind.name(),
                        Long.toString(trustMs))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** A program beside its daemon. */
    private String twoOfThem() {
        return daemon() + " while :; do sleep 1000; done";
    }

    private List<Long> ofWorker() {
        return Stream.concat(Programs.carrying("ORCHESTRATOR_WORKER_ID=worker-" + name).stream(), daemons().stream())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void a_killed_workers_programs_and_their_daemons_are_gone_at_once(Kind kind) throws Exception {
        assumeTrue(kind.isGuarded(), "nothing guards " + kind);
        kind.keeper(table);
        Process worker = worker(kind, -1, twoOfThem());
        await().atMost(PATIENCE)
                .until(() ->
                        Files.exists(directory.resolve("ready")) && ofWorker().size() >= 3);

        worker.destroyForcibly().waitFor();

        await().atMost(BRIEFLY).untilAsserted(() -> assertThat(ofWorker()).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void the_programs_of_a_worker_that_stands_still_do_nothing_after_its_lease(Kind kind) throws Exception {
        assumeTrue(kind.isGuarded(), "nothing guards " + kind);
        kind.keeper(table);
        Process worker = worker(kind, 4_000, twoOfThem());
        await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("ready")));
        signal("STOP", worker.pid());
        try {
            assertThat(ofWorker()).isNotEmpty();
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(ofWorker()).isEmpty());
            long done = Files.size(directory.resolve("work"));
            assertThat(Files.size(directory.resolve("work"))).isEqualTo(done);
            signal("CONT", worker.pid());
            assertThat(worker.waitFor()).isEqualTo(DoomedWorker.RETURNED_EARLY);
        } finally {
            worker.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource
    void programs_go_on_while_the_lease_is_renewed(Kind kind) throws Exception {
        Keeper keeper = kind.keeper(table);
        Programs programs = programs(keeper);
        keeper.trustedUntil(System.nanoTime() + Duration.ofSeconds(2).toNanos());
        Programs.Attempt attempt =
                programs.start(programs.script("touch begun; while ! [ -e go ]; do sleep 0.02; done; echo well"));
        await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("begun")));
        keeper.trustedUntil(Long.MAX_VALUE);
        await().pollDelay(Duration.ofMillis(2_500)).until(() -> true);
        programs.touch("go");
        assertThat(attempt.outcome().get().toString()).contains("well");
    }

    @ParameterizedTest
    @EnumSource
    void what_was_cut_off_is_returned_and_not_failed(Kind kind) {
        assumeTrue(kind.isGuarded(), "nothing guards " + kind);
        Keeper keeper = kind.keeper(table);
        Programs programs = programs(keeper);
        keeper.trustedUntil(System.nanoTime() + Duration.ofSeconds(1).toNanos());
        Programs.Attempt attempt = programs.start(programs.script("while :; do sleep 1000; done"));
        assertThat(attempt.failure()).isInstanceOf(ReturnedEarly.class);
        assertThat(programs.alive()).isEmpty();
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " " + pid)
                        .start()
                        .waitFor())
                .isZero();
    }
}
