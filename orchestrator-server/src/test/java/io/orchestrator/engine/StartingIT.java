package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.plan.Priority;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStart;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TakeOver;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import io.orchestrator.timer.ScheduleService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What may start, and when, with the whole engine at work. */
class StartingIT {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String TWO_PHASES =
            "{'name':'s','phases':[{'phase':'P','agents':['First']},{'phase':'Q','agents':['Second']}]}";

    private final Engine engine = new Engine();

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private static RunRequest request(String plan) {
        Json source = Json.parse(plan.replace('\'', '"'));
        return new RunRequest(PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty());
    }

    private String submit(RunRequest request) {
        Submission submitted = engine.store.runs().submit(request);
        engine.announcer.announce(submitted.ready());
        return submitted.runId();
    }

    private void open(Gate gate) {
        engine.announcer.announce(engine.store.gates().open(gate).ready());
    }

    @Test
    void a_paused_run_finishes_what_runs_starts_nothing_and_goes_on_when_it_is_opened() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger seconds = new AtomicInteger();
        engine.agent("First", c -> {
                    started.countDown();
                    mayEnd.await();
                    return Json.NULL;
                })
                .agent("Second", c -> Json.of(seconds.incrementAndGet()))
                .start(4);
        String runId = engine.submit(TWO_PHASES);
        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(engine.store.gates().close(Gate.ofRun(runId), Closing.because("a test")))
                .isTrue();
        mayEnd.countDown();
        await().until(() -> engine.view(runId).phases().getLast().state() == StageState.RUNNING);

        // Another run passes through the same lane and the same workers meanwhile, so the held one had its chance.
        assertThat(engine.awaitEnd(engine.submit("{'name':'o','phases':[{'phase':'P','agents':['Second']}]}"))
                        .state())
                .isEqualTo(StageState.COMPLETED);
        engine.store.dispatch().everythingIsDue(Duration.ZERO);
        assertThat(seconds).hasValue(1);
        assertThat(engine.tasks(runId).getLast().state()).isEqualTo(TaskState.QUEUED);

        open(Gate.ofRun(runId));
        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
        assertThat(seconds).hasValue(2);
    }

    @Test
    void a_run_that_is_paused_now_gets_its_tasks_back_and_uses_up_no_attempt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        engine.agent("Polite", c -> {
                    if (c.resume().isPresent()) {
                        return Json.of(c.task().attempt());
                    }
                    started.countDown();
                    while (!c.shutdownRequested()) {
                        new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
                    }
                    c.checkpoint("called back", Json.NULL);
                    throw new ReturnedEarly("asked to");
                })
                .start(4);
        String runId = engine.submit("{'name':'s','priority':'low','phases':[{'phase':'P','agents':['Polite']}]}");
        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
        Gate lane = Gate.ofLane(Priority.LOW);
        engine.store.gates().close(lane, Closing.because("a test").recallingTasks());
        await().until(() -> engine.tasks(runId).getFirst().state() == TaskState.QUEUED);
        open(lane);
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases().getFirst().tasks().getFirst().output()).contains(Json.of(1));
    }

    @Test
    void a_run_starts_when_its_time_has_come_and_its_delayed_phase_after_its_delay() {
        engine.agent("First", c -> Json.NULL).agent("Second", c -> Json.NULL).start(4);
        String runId = submit(request(TWO_PHASES.replace("'agents':['Second']", "'agents':['Second'],'delay':'PT1S'"))
                .startingAt(new RunStart.In(SECOND)));
        assertThat(engine.view(runId).startAt()).isPresent();
        RunView end = engine.awaitEnd(runId);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.startedAt().orElseThrow()).isAfterOrEqualTo(end.startAt().orElseThrow());
        assertThat(Duration.between(
                        end.phases().getFirst().finishedAt().orElseThrow(),
                        end.phases().getLast().startedAt().orElseThrow()))
                .isGreaterThanOrEqualTo(SECOND);
    }

    @Test
    void a_run_from_a_phase_on_sees_what_another_run_has_done() {
        AtomicInteger firsts = new AtomicInteger();
        engine.agent("First", c -> Json.of(firsts.incrementAndGet()))
                .agent("Second", c -> c.upstream())
                .start(4);
        String first = engine.submit(TWO_PHASES);
        engine.awaitEnd(first);
        RunView again = engine.awaitEnd(submit(request(TWO_PHASES).takingOver(new TakeOver(first, "Q"))));
        assertThat(firsts).hasValue(1);
        assertThat(again.phases().getLast().tasks().getFirst().output()).contains(Json.parse("{\"P\":{\"First\":1}}"));
    }

    @Test
    void several_schedule_services_make_one_run_of_each_firing() {
        engine.agent("First", c -> Json.NULL).agent("Second", c -> Json.NULL).start(4);
        engine.store
                .schedules()
                .add(new Schedules.Draft(
                        "yearly", request(TWO_PHASES), "0 0 1 1 *", "UTC", MissedPolicy.RUN_ALL, OverlapPolicy.ALLOW));
        TestServers.execute(engine.url, "UPDATE schedules SET next_at = next_at - interval '20 years'");
        List<ScheduleService> services = Stream.generate(() -> new ScheduleService(
                        engine.store.schedules(), engine.redis.taskQueue(), engine.redis.hints(), SECOND))
                .limit(4)
                .toList();
        services.forEach(ScheduleService::start);
        await().until(() -> engine.store
                .schedules()
                .list()
                .getFirst()
                .nextAt()
                .orElseThrow()
                .isAfter(new SystemClock().instant()));
        services.forEach(ScheduleService::stop);
        List<RunView> runs = engine.store.runs().list(100);
        assertThat(runs).hasSize(20);
        runs.forEach(run -> assertThat(engine.awaitEnd(run.id()).state()).isEqualTo(StageState.COMPLETED));
    }
}
