package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a run whose process ends before it does. */
class KilledRunIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** The bit of signal 2 in the masks of a process. */
    private static final long INTERRUPT = 1 << 1;

    /** Records its start and each of its steps, checkpoints each, and before the third waits until it may go on. */
    private static final String STEPPER = """
            read -r task
            case $task in
                *'"token":"step-2"'*) first=3 ;;
                *'"token":"step-1"'*) first=2 ;;
                *) first=1 ;;
            esac
            echo "start at $first" >> ../record
            for step in 1 2 3 4; do
                [ $step -lt $first ] && continue
                if [ $step = 3 ]; then
                    while ! [ -e ../go ]; do sleep 0.05; done
                fi
                echo "step $step" >> ../record
                echo "{\\"type\\":\\"checkpoint\\",\\"token\\":\\"step-$step\\",\\"data\\":{\\"step\\":$step}}"
                [ $step = 2 ] && echo waiting >> ../waiting
            done
            echo all steps done
            """;

    private final TestCaller files = new TestCaller(Map.of());
    private final Path record = files.directory().resolve("record");
    private final String data = files.directory().resolve("data").toString();

    @BeforeEach
    void writePlan() {
        files.write("plan/plan.json", Plans.sequential("Before", "Stepper", "After"));
        files.write(
                "plan/agents.json",
                Plans.agents(
                        "Before",
                        "echo before >> ../record",
                        "Stepper",
                        STEPPER,
                        "After",
                        "echo after >> ../record; echo from $ORCHESTRATOR_CALLER_DIR"));
    }

    @AfterEach
    void removeFiles() {
        files.close();
    }

    @Test
    void a_run_killed_in_the_middle_goes_on_when_watched_from_its_checkpoint_and_repeats_no_finished_task() {
        String run;
        try (OtherProcess first = start("run", "plan/plan.json")) {
            await().atMost(PATIENCE).until(() -> secondCheckpointIsStored(first));
            run = runId(first);
            first.kill();
        }
        files.write("elsewhere/a-file", "");

        try (OtherProcess second = OtherProcess.start(
                files.directory().resolve("elsewhere"), Map.of(), "watch", run, "-o", "json", "--data-dir", data)) {
            // Had the first process' agent not been ended by now, it would record another third step.
            await().atMost(PATIENCE).until(() -> TestCaller.lines(record).contains("start at 3") || !second.isAlive());
            files.write("go", "");
            assertThat(second.end()).as(second.err()).isZero();

            Json document = Json.parse(second.out());
            assertThat(document.text("state")).contains("completed");
            assertThat(second.out())
                    .contains("from " + files.directory().resolve("").toAbsolutePath());
        }
        assertThat(TestCaller.lines(record))
                .containsExactly("before", "start at 1", "step 1", "step 2", "start at 3", "step 3", "step 4", "after");
    }

    @Test
    void ctrl_c_detaches_says_how_to_go_on_and_stops_what_was_started() throws IOException {
        assumeThat(interruptsAreIgnored())
                .as("what runs in the background of a shell ignores interrupts, and so does all that it starts")
                .isFalse();
        String run;
        try (OtherProcess first = start("run", "plan/plan.json", "--grace", "2s")) {
            await().atMost(PATIENCE).until(() -> secondCheckpointIsStored(first));
            run = runId(first);
            first.signal("INT");

            assertThat(first.end()).as(first.err()).isEqualTo(130);
            assertThat(first.err()).contains("detached from run " + run, "orchestrator watch " + run);
        }
        assertThat(Path.of(data, "stack.json")).as("the servers are stopped").doesNotExist();
        files.write("go", "");

        try (OtherProcess second = start("watch", run)) {
            assertThat(second.end()).as(second.err()).isZero();
            assertThat(second.out()).contains("completed");
        }
        List<String> recorded = TestCaller.lines(record);
        assertThat(recorded).contains("start at 3").endsWith("after");
        assertThat(recorded.stream().filter("step 1"::equals)).hasSize(1);
    }

    @Test
    void dev_takes_up_what_was_left_and_shares_its_servers() {
        try (OtherProcess dev = start("dev", "-o", "json", "--port", "0")) {
            await().atMost(PATIENCE).until(() -> !dev.out().isEmpty() || !dev.isAlive());
            Json ready = Json.parse(dev.out());
            assertThat(ready.fields().keySet())
                    .containsExactly("ready", "url", "probesUrl", "databaseUrl", "redisUrl", "pid");
            assertThat(ready.get("pid").orElseThrow().asLong()).isEqualTo(dev.pid());
            files.write("go", "");

            try (OtherProcess submit = start("submit", "plan/plan.json", "-o", "json")) {
                assertThat(submit.end()).as(submit.err()).isZero();
                String run = Json.parse(submit.out()).text("runId").orElseThrow();
                try (OtherProcess watch = start("watch", run, "-o", "json")) {
                    assertThat(watch.end()).as(watch.err()).isZero();
                }
            }
            assertThat(dev.isAlive()).isTrue();
            dev.signal("TERM");

            assertThat(dev.end()).as(dev.err()).isZero();
            assertThat(dev.out()).as("the ready line and nothing else").hasLineCount(1);
            assertThat(Path.of(data, "stack.json"))
                    .as("the servers are stopped")
                    .doesNotExist();
        }
    }

    private static boolean interruptsAreIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElse("0");
        return (Long.parseUnsignedLong(ignored, 16) & INTERRUPT) != 0;
    }

    private boolean secondCheckpointIsStored(OtherProcess process) {
        assertThat(process.isAlive()).as(process.err()).isTrue();
        // The agent may be that far before the command has told the run's id.
        if (!Files.exists(files.directory().resolve("waiting"))
                || !process.err().contains("run run-")) {
            return false;
        }
        // The program has said it; whether it is stored is asked of the store.
        try (TestCaller looking = new TestCaller(Map.of())) {
            looking.call("tasks", runId(process), "-o", "json", "--data-dir", data);
            String task = Json.parse(looking.out()).get("tasks").orElseThrow().elements().stream()
                    .filter(t -> t.text("name").orElse("").equals("Stepper"))
                    .flatMap(t -> t.text("id").stream())
                    .findFirst()
                    .orElseThrow();
            looking.call("checkpoints", task, "-o", "json", "--data-dir", data);
            return looking.out().contains("\"step-2\"");
        }
    }

    private static String runId(OtherProcess process) {
        return process.err()
                .lines()
                .filter(line -> line.startsWith("run run-"))
                .map(line -> line.split(" ")[1])
                .findFirst()
                .orElseThrow();
    }

    private OtherProcess start(String... args) {
        String[] all = new String[args.length + 2];
        System.arraycopy(args, 0, all, 0, args.length);
        all[args.length] = "--data-dir";
        all[args.length + 1] = data;
        return OtherProcess.start(files.directory(), Map.of(), all);
    }
}
