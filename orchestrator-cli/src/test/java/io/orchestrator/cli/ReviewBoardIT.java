package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The example with a graph of phases, as its README tells: worked on by one process, commanded from others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReviewBoardIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PLAN = Path.of("../examples/review-board/plan.json")
            .toAbsolutePath()
            .normalize()
            .toString();

    private final TestCaller caller = new TestCaller(Map.of());
    private final String data = caller.directory().resolve("data").toString();
    private Stack shared;
    private OtherProcess dev;

    @BeforeAll
    void openServers() {
        OutputOptions quiet = new OutputOptions();
        quiet.quietLogs();
        shared = TestStacks.open(data);
        dev = OtherProcess.start(caller.directory(), Map.of(), "dev", "--port", "0", "--data-dir", data);
    }

    @AfterAll
    void closeServers() {
        // Gently, so that it has removed its own files when the folder is.
        dev.signal("TERM");
        dev.end();
        shared.close();
        caller.close();
    }

    @Test
    void it_runs_to_its_report_over_shards_children_a_fallback_a_second_round_and_a_decision() throws IOException {
        String run = submit();
        untilHeld(run);
        assertThat(call("status", run)).isZero();
        assertThat(caller.out()).contains("SIGN_OFF waits for a decision", "consensus_min", "decide " + run);
        assertThat(phase(status(run), "PUBLISH").text("state")).contains("pending");

        Json decided = answer("decide", run, "SIGN_OFF", "accept", "--reason", "four of five will do");
        assertThat(decided.text("state")).contains("completed");

        Json ended = answer("watch", run);
        assertThat(ended.text("state")).contains("completed");
        assertThat(tasks(ended, "FACTS", "Counter"))
                .extracting(task -> task.get("shard").orElseThrow().asLong())
                .containsExactlyInAnyOrder(0L, 1L, 2L);
        assertThat(tasks(ended, "OPINIONS", "Reader")).hasSize(5).allMatch(ReviewBoardIT::isCompleted);
        Json chair = output(tasks(ended, "OPINIONS", "Chair").getLast());
        assertThat(chair.get("accepted").orElseThrow().elements()).hasSize(4);
        assertThat(chair.get("rejected").orElseThrow().elements())
                .containsExactly(Json.object("document", "one-language.md", "why", "it names no risks"));
        assertThat(output(tasks(ended, "OPINIONS", "HouseRules").getLast()).text("text"))
                .hasValueSatisfying(text -> assertThat(text).contains("Oracle failed", "does not answer"));
        assertTheMinutesTookTwoRounds(ended);
        assertThat(output(tasks(ended, "PUBLISH", "Publisher").getLast()).get("words"))
                .contains(Json.of(196));
        assertThat(Files.readString(report()))
                .contains(
                        "- cache.md (43 words): accepted",
                        "- one-language.md (33 words): rejected",
                        "Accepted: 4 of 5.");
        assertThat(kinds(run)).contains("task.fell_back", "phase.holding", "phase.decided");
    }

    private static void assertTheMinutesTookTwoRounds(Json run) {
        List<Json> minutes = tasks(run, "MINUTES", "Writer");
        assertThat(phase(run, "MINUTES").get("round")).contains(Json.of(2));
        assertThat(minutes)
                .extracting(task ->
                        output(task).get("metrics").orElseThrow().get("covered").orElseThrow())
                .containsExactly(Json.of(0.8), Json.of(1.0));
        assertThat(phase(run, "FACTS").get("round")).contains(Json.of(1));
    }

    @Test
    void a_schedule_keeps_it_and_runs_it_now_until_it_is_removed() {
        Json added = answer(
                "schedule",
                "add",
                PLAN,
                "--name",
                "weekly-review",
                "--cron",
                "0 7 * * MON",
                "--zone",
                "Europe/Berlin",
                "--overlap",
                "cancel-running");
        assertThat(added.get("next").orElseThrow().elements()).hasSize(5);
        assertThat(added.get("paused")).contains(Json.of(false));

        String run = answer("schedule", "run", "weekly-review").text("runId").orElseThrow();
        untilHeld(run);
        assertThat(answer("decide", run, "SIGN_OFF", "fail", "--reason", "not this week")
                        .text("state"))
                .contains("failed");
        assertThat(call("watch", run, "-o", "json")).isEqualTo(ExitCode.FAILED.code());
        assertThat(Json.parse(caller.out()).text("reason").orElseThrow()).contains("not this week");

        assertThat(answer("schedule", "list").get("schedules").orElseThrow().elements())
                .extracting(schedule -> schedule.text("name").orElseThrow())
                .containsExactly("weekly-review");
        assertThat(call("schedule", "show", "weekly-review")).isZero();
        assertThat(caller.out()).contains("plan review-board at '0 7 * * MON' by the clocks of Europe/Berlin");
        assertThat(answer("schedule", "pause", "weekly-review").get("paused")).contains(Json.of(true));
        assertThat(answer("schedule", "show", "weekly-review")
                        .get("next")
                        .orElseThrow()
                        .elements())
                .isEmpty();
        assertThat(answer("schedule", "resume", "weekly-review").get("paused")).contains(Json.of(false));
        assertThat(answer("schedule", "remove", "weekly-review").get("removed")).contains(Json.of(true));
        assertThat(call("schedule", "show", "weekly-review")).isEqualTo(ExitCode.REFUSED.code());
        assertThat(caller.err()).contains("weekly-review");
    }

    @Test
    void a_paused_run_waits_while_others_go_on_and_a_run_may_begin_with_a_phase_of_another() {
        String first = submit();
        untilHeld(first);
        answer("decide", first, "SIGN_OFF", "accept");
        answer("watch", first);

        // With its queue paused nothing of the new run has started when the run itself is paused.
        assertThat(answer("queue", "pause", "normal").get("paused")).contains(Json.of(true));
        String waiting = submit();
        assertThat(call("queue", "list")).isZero();
        assertThat(caller.out()).containsPattern("normal +1 +0 .*paused");
        assertThat(answer("pause", waiting, "--reason", "the board is away").get("paused"))
                .contains(Json.of(true));
        assertThat(answer("queue", "resume", "normal").get("wasPaused")).contains(Json.of(true));

        Json again = answer("run", "--from", "PUBLISH", "--of", first);
        assertThat(again.text("state")).contains("completed");
        assertThat(phase(again, "SIGN_OFF").text("takenFrom")).contains(first);
        assertThat(tasks(again, "PUBLISH", "Publisher")).hasSize(1);

        assertThat(phase(status(waiting), "INTAKE").get("completed")).contains(Json.of(0));
        assertThat(call("status", waiting)).isZero();
        assertThat(caller.out()).contains("the board is away");
        answer("unpause", waiting);
        untilHeld(waiting);
        assertThat(call("cancel", waiting)).isZero();
    }

    @Test
    void it_may_be_submitted_now_to_start_later() {
        String run = answer("submit", PLAN, "--start-in", "8h").text("runId").orElseThrow();
        assertThat(status(run).text("state")).contains("pending");
        assertThat(status(run).text("startAt")).isPresent();
        assertThat(call("cancel", run)).isZero();
        assertThat(status(run).text("state")).contains("cancelled");
    }

    private String submit() {
        return answer("submit", PLAN).text("runId").orElseThrow();
    }

    private void untilHeld(String run) {
        await().atMost(PATIENCE).until(() -> {
            assertThat(dev.isAlive()).as(dev.err()).isTrue();
            return phase(status(run), "SIGN_OFF").text("state").orElseThrow().equals("holding");
        });
    }

    private Json status(String run) {
        return answer("status", run);
    }

    /** The document of a command that must succeed. */
    private Json answer(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("-o", "json"));
        int code = call(all.toArray(String[]::new));
        assertThat(code).as(() -> String.join(" ", args) + ": " + caller.err()).isZero();
        return Json.parse(caller.out());
    }

    private List<String> kinds(String run) {
        return answer("events", run).get("events").orElseThrow().elements().stream()
                .map(event -> event.text("kind").orElseThrow())
                .toList();
    }

    private int call(String... args) {
        return TestStacks.call(caller, data, args);
    }

    private Path report() {
        return caller.directory().resolve("review-board-report.md");
    }

    private static Json phase(Json run, String name) {
        return run.get("phases").orElseThrow().elements().stream()
                .filter(phase -> phase.text("phase").orElseThrow().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Json> tasks(Json run, String phase, String target) {
        return phase(run, phase).get("tasks").orElseThrow().elements().stream()
                .filter(task -> task.text("target").orElseThrow().equals(target))
                .toList();
    }

    private static Json output(Json task) {
        return task.get("output").orElseThrow();
    }

    private static boolean isCompleted(Json task) {
        return task.text("state").orElseThrow().equals("completed");
    }
}
