package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import io.orchestrator.testing.servers.TestServers;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A timebox ends in a wrap-up first and in an end then, at an instant that nothing moves. */
class TimeboxIT {
    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    private static void pause() throws InterruptedException {
        if (new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts this latch down");
        }
    }

    @Test
    void a_phase_whose_timebox_is_over_ends_as_timed_out_with_its_checkpoint_kept() {
        AtomicBoolean askedToWrapUp = new AtomicBoolean();
        engine.agent("Endless", c -> {
                    c.checkpoint("partial", Json.of("so far"));
                    while (true) {
                        if (c.wrapUp().isPresent()) {
                            askedToWrapUp.set(true);
                        }
                        pause();
                    }
                })
                .agent("Never", c -> Json.NULL)
                .start(4);
        Instant begun = Instant.now();
        String runId = engine.submit(
                "{'name':'x','phases':[{'phase':'A','timebox':'PT12S','agents':['Endless']},{'phase':'B','agents':['Never']}]}");
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases().getFirst().state()).isEqualTo(StageState.TIMED_OUT);
        RunView.Task task = end.phases().getFirst().tasks().getFirst();
        assertThat(task.state()).isEqualTo(TaskState.TIMED_OUT);
        assertThat(engine.store.checkpoints().load(task.id()).map(Checkpoint::data))
                .contains(Json.of("so far"));
        assertThat(end.phases().get(1).tasks()).isEmpty();
        assertThat(Duration.between(begun, end.finishedAt().orElseThrow())).isGreaterThan(Duration.ofSeconds(11));
        assertThat(askedToWrapUp).isTrue();
    }

    @Test
    void the_notice_tells_what_time_and_money_is_left_and_a_result_in_time_counts() {
        AtomicReference<Optional<WrapUp>> told = new AtomicReference<>(Optional.empty());
        engine.agent("Thrifty", c -> {
                    c.usage(300, new BigDecimal("0.25"), 0);
                    while (c.wrapUp().isEmpty()) {
                        pause();
                    }
                    told.set(c.wrapUp());
                    return Json.of("what there is");
                })
                .start(1);
        RunView end = engine.awaitEnd(
                engine.submit("{'name':'x','phases':[{'phase':'A','timebox':'PT20S','budgets':{'tokens':1000,'usd':2},"
                        + "'agents':['Thrifty']}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        WrapUp notice = told.get().orElseThrow();
        assertThat(notice.tokensLeft()).hasValue(700);
        assertThat(notice.usdLeft().orElseThrow()).isEqualByComparingTo("1.75");
        assertThat(notice.remaining()).isBetween(Duration.ZERO, Duration.ofSeconds(2));
        assertThat(Duration.between(end.startedAt().orElseThrow(), notice.deadline()))
                .isBetween(Duration.ofMillis(19_500), Duration.ofMillis(20_500));
    }

    @Test
    void the_time_goes_on_while_no_service_runs() {
        String plan = "{'name':'x','phases':[{'phase':'A','timebox':'PT5S','agents':['Endless']}]}";
        engine.agent("Endless", c -> {
                    new CountDownLatch(1).await();
                    return Json.NULL;
                })
                .start(1);
        String runId = engine.submit(plan);
        await().until(() -> engine.tasks(runId).getFirst().state() == TaskState.RUNNING);
        engine.close();
        try (Engine restarted = new Engine(engine.url, TestServers.redisUrl(), engine.lease)) {
            restarted
                    .agent("Endless", c -> {
                        new CountDownLatch(1).await();
                        return Json.NULL;
                    })
                    .start(1);
            RunView end = restarted.awaitEnd(runId);
            assertThat(end.state()).isEqualTo(StageState.TIMED_OUT);
            assertThat(Duration.between(
                            end.startedAt().orElseThrow(), end.finishedAt().orElseThrow()))
                    .isBetween(Duration.ofMillis(4_900), Duration.ofMillis(7_000));
        }
    }
}
