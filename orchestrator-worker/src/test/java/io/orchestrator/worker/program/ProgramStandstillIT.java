package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Freezable;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import io.orchestrator.plan.WhenCutOff;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How an attempt by a program follows one that stands still. */
@Timeout(120)
class ProgramStandstillIT {
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Programs programs;

    private final AtomicBoolean failed = new AtomicBoolean();

    @BeforeEach
    void prepare() {
        programs = new Programs(directory);
    }

    private Freezable body() {
        return programs.context.body.orElseThrow();
    }

    private void freeze() {
        body().freeze(() -> failed.set(true));
    }

    private void awaitSilence(Duration length) {
        int[] before = {programs.context.logs.size()};
        await().during(length).atMost(Programs.PATIENCE).until(() -> {
            int now = programs.context.logs.size();
            boolean same = now == before[0];
            before[0] = now;
            return same;
        });
        assertThat(failed).isFalse();
    }

    /** Most of what it said is read, and waits, by the time it stands still. */
    @Test
    void nothing_it_said_is_acted_upon_meanwhile_and_nothing_is_lost() {
        int lines = 400_000;
        Programs.Attempt attempt = programs.start(programs.script("seq 1 " + lines + "; sleep 1000 & wait"));
        await().pollInterval(Duration.ofMillis(1)).until(() -> !programs.context.logs.isEmpty());
        freeze();
        awaitSilence(A_WHILE);
        assertThat(programs.context.logs).hasSizeLessThan(lines);
        body().thaw();
        await().atMost(Programs.PATIENCE).until(() -> programs.context.logs.size() == lines);
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void its_time_for_a_goodbye_begins_anew_when_it_goes_on() {
        Programs.Attempt attempt =
                programs.start(programs.script("trap 'echo asked; until [ -e go ]; do sleep 0.05; done;"
                                + " sleep 0.3; echo \"{\\\"type\\\":\\\"result\\\",\\\"output\\\":1}\"; exit 0' TERM;"
                                + " echo up; while :; do sleep 0.05; done")
                        .withGrace(A_WHILE));
        programs.awaitLog("up");
        programs.context.shutdownRequested = true;
        programs.awaitLog("asked");
        freeze();
        awaitSilence(A_WHILE);
        programs.touch("go");
        body().thaw();
        await().atMost(Programs.PATIENCE).until(() -> attempt.outcome().isDone());
        assertThat(attempt.outcome()).isCompletedWithValue(Json.of(1));
    }

    @Test
    void one_whose_worker_ends_meanwhile_is_killed_and_does_not_go_on_for_it() {
        Programs.Attempt attempt = programs.start(
                programs.script("trap 'echo asked > asked; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
        programs.awaitLog("up");
        freeze();
        programs.context.shutdownRequested = true;
        awaitSilence(Duration.ofMillis(500));
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
        assertThat(programs.alive()).isEmpty();
        assertThat(directory.resolve("asked")).doesNotExist();
    }

    @Test
    void one_that_was_cancelled_meanwhile_has_its_time_for_a_goodbye() {
        Programs.Attempt attempt = programs.start(
                programs.script("trap 'echo asked > asked; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
        programs.awaitLog("up");
        freeze();
        awaitSilence(Duration.ofMillis(500));
        programs.context.cancelled = true;
        assertThat(attempt.failure()).isNotInstanceOf(ReturnedEarly.class);
        assertThat(programs.alive()).isEmpty();
        assertThat(directory.resolve("asked")).exists();
    }

    @Test
    void one_that_is_to_be_stopped_does_not_say_that_it_can_stand_still() {
        Programs.Attempt attempt =
                programs.start(programs.script("echo up; sleep 1000").withWhenCutOff(WhenCutOff.STOP));
        programs.awaitLog("up");
        assertThat(programs.context.body).isEmpty();
        attempt.thread().interrupt();
        assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
    }
}
