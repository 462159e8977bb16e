package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.RunView;
import io.orchestrator.store.TimerRefused;
import io.orchestrator.store.TimerStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.timer.TimerService;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timers for retries, timeboxes and actions of one's own, fired by any number of services. */
class TimersIT {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Engine engine = new Engine();
    private final List<TimerService> services = new ArrayList<>();
    private final Queue<Json> fired = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        services.forEach(TimerService::stop);
        engine.close();
    }

    private TimerService service(Duration checkInterval, Hints hints) {
        TimerService service = new TimerService(
                engine.store.timers(),
                engine.redis.taskQueue(),
                hints,
                checkInterval,
                new SecureRandom(),
                EngineMetrics.none());
        service.onAction("note", fired::add);
        services.add(service);
        return service;
    }

    private TimerService service() {
        return service(HOUR, engine.redis.hints());
    }

    private Hold held(String runId) {
        String worker = engine.ids.worker();
        engine.store.leases().register(new WorkerInfo(worker, "here", "boot", 1, "then", 9, "test"), HOUR);
        List<String> tasks = engine.tasks(runId).stream().map(RunView.Task::id).toList();
        return engine.store.tasks().claim(worker, tasks).getFirst().hold();
    }

    private double waitSeconds(long timerId) throws Exception {
        try (Connection connection = TestServers.connect(engine.url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT extract(epoch FROM fire_at - created_at) FROM timers WHERE id = " + timerId)) {
            assertThat(row.next()).isTrue();
            return row.getDouble(1);
        }
    }

    /** The document: attempt 2 fires after min(1000 * 2^2, 300000) = 4000 ms; beyond the range of the exponent too. */
    @Test
    void a_retry_fires_after_twice_the_wait_for_each_attempt_before_it_and_never_later_than_the_most()
            throws Exception {
        TimerService service = service();
        int[] attempts = {0, 2, 8, 9, Integer.MAX_VALUE - 1};
        double[] seconds = {1, 4, 256, 300, 300};
        for (int i = 0; i < attempts.length; i++) {
            Hold hold = held(engine.submit("{'name':'x','phases':[{'phase':'A','agents':['No']}]}"));
            long id = service.scheduleRetry(hold, attempts[i], RetryPolicy.DEFAULT);
            assertThat(waitSeconds(id)).isBetween(seconds[i] - 0.05, seconds[i] + 0.05);
            assertThat(engine.store.runs().task(hold.taskId()).orElseThrow().state())
                    .isEqualTo(TaskState.RETRYING);
        }
        assertThat(RetryPolicy.DEFAULT)
                .isEqualTo(new RetryPolicy(Duration.ofSeconds(1), Duration.ofMinutes(5), 3, false));
    }

    /** The document: {@code timerId = scheduleRetry(...)}, {@code cancelTimer(timerId)}. */
    @Test
    void a_retry_that_is_cancelled_ends_its_task_and_the_run_and_the_checker_finds_nothing() {
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['No']}]}");
        TimerService service = service();
        long timerId = service.scheduleRetry(held(runId), 2, RetryPolicy.DEFAULT);
        assertThat(service.cancelTimer(timerId)).isTrue();
        assertThat(service.cancelTimer(timerId)).isFalse();
        RunView end = engine.view(runId);
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.phases().getFirst().tasks().getFirst().state()).isEqualTo(TaskState.FAILED);
        assertThat(service.getStats().pending()).isZero();
    }

    @Test
    void a_timebox_is_not_cancelled_by_its_number() {
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['No']}]}");
        String phaseId = engine.view(runId).phases().getFirst().id();
        TimerService service = service();
        long timeoutId = service.scheduleTimeout(phaseId, HOUR).orElseThrow();
        assertThatThrownBy(() -> service.cancelTimer(timeoutId))
                .isInstanceOf(TimerRefused.class)
                .hasMessageContainingAll("timer " + timeoutId, phaseId, "orchestrator cancel " + runId);
        assertThat(service.getStats().pending()).isEqualTo(2);
    }

    @Test
    void a_retry_that_fired_is_done_by_a_worker() {
        engine.agent("Agent", c -> Json.of(c.task().attempt()));
        String runId = engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Agent']}]}");
        TimerService service = service();
        service.start();
        service.scheduleRetry(held(runId), 0, new RetryPolicy(Duration.ofMillis(10), HOUR, 3, true));
        engine.addPool(1);
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases().getFirst().tasks().getFirst().output()).contains(Json.of(2));
    }

    @Test
    void a_phase_ends_when_its_time_is_over_and_another_that_does_not_run_has_no_timer() {
        String runId =
                engine.submit("{'name':'x','phases':[{'phase':'A','agents':['No']},{'phase':'B','agents':['No']}]}");
        List<RunView.Phase> phases = engine.view(runId).phases();
        TimerService service = service();
        service.start();
        assertThat(service.scheduleTimeout(phases.get(1).id(), HOUR)).isEmpty();
        assertThat(service.scheduleTimeout(phases.get(0).id(), HOUR)).isPresent();
        assertThat(service.scheduleTimeout(phases.get(0).id(), Duration.ofMillis(100)))
                .isPresent();
        RunView end = engine.awaitEnd(runId);
        assertThat(end.phases())
                .extracting(RunView.Phase::state)
                .containsExactly(StageState.TIMED_OUT, StageState.CANCELLED);
        assertThat(service.getStats()).isEqualTo(new TimerStore.Stats(0, Optional.empty()));
    }

    @Test
    void the_number_of_pending_timers_and_the_next_one_are_known_and_a_cancelled_one_never_fires() {
        TimerService service = service();
        long later = service.schedule("note", Json.of("later"), HOUR);
        long sooner = service.schedule("note", Json.of("cancelled"), Duration.ofMillis(300));
        TimerStore.Stats both = service.getStats();
        assertThat(both.pending()).isEqualTo(2);
        assertThat(service.cancelTimer(sooner)).isTrue();
        assertThat(service.cancelTimer(sooner)).isFalse();
        assertThat(service.getStats().pending()).isEqualTo(1);
        assertThat(service.getStats().nextFireAt().orElseThrow())
                .isAfter(both.nextFireAt().orElseThrow());
        service.start();
        service.schedule("note", Json.of("after it"), Duration.ofMillis(400));
        await().until(() -> !fired.isEmpty());
        assertThat(fired).containsExactly(Json.of("after it"));
        assertThat(service.cancelTimer(later)).isTrue();
    }

    @Test
    void a_service_that_sleeps_is_woken_for_what_is_due_earlier() {
        service().start();
        // Set by another process.
        await().until(() -> woken());
    }

    /** Hints may be lost while a subscription is only being made, so one after the other is set until one wakes it. */
    private boolean woken() {
        SystemTicks ticks = new SystemTicks();
        long set = ticks.nanos();
        service().schedule("note", Json.NULL, Duration.ofMillis(50));
        await().until(() -> !fired.isEmpty() || ticks.since(set).compareTo(Duration.ofSeconds(2)) > 0);
        return !fired.isEmpty();
    }

    @Test
    void without_any_hint_the_regular_check_finds_what_is_due() {
        service(Duration.ofSeconds(1), new InMemoryHints()).start();
        service(HOUR, new InMemoryHints()).schedule("note", Json.NULL, Duration.ofMillis(50));
        await().until(() -> fired.size() == 1);
    }

    /** As a subscription that is not made yet does. */
    private static final class LostHints implements Hints {
        @Override
        public void publish(String channel, String message) {}

        @Override
        public Subscription subscribe(String channel, Consumer<String> listener) {
            return () -> {};
        }
    }

    @Test
    void a_service_needs_no_hint_for_what_is_set_through_itself() {
        TimerService service = service(HOUR, new LostHints());
        service.start();
        await().during(Duration.ofMillis(200)).until(() -> fired.isEmpty());
        service.schedule("note", Json.NULL, Duration.ofMillis(50));
        await().until(() -> fired.size() == 1);
    }

    @Test
    void several_services_that_come_and_go_fire_each_timer_once() {
        int timers = 600;
        TimerService setting = service();
        LongStream.range(0, timers).forEach(i -> setting.schedule("note", Json.of(i), Duration.ofMillis(i * 5)));
        for (int i = 0; i < 4; i++) {
            service(Duration.ofMillis(200), engine.redis.hints()).start();
        }
        for (int restart = 0; restart < 10; restart++) {
            int before = fired.size();
            await().until(() -> fired.size() > before || fired.size() >= timers);
            services.get(1 + restart % 4).stop();
            service(Duration.ofMillis(200), engine.redis.hints()).start();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> setting.getStats().pending() == 0);
        assertThat(fired)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, timers).mapToObj(Json::of).toList());
    }
}
