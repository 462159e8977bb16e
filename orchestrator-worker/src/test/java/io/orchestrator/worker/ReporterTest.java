package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.Ticket;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.run.StageState;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.Submission;
import io.orchestrator.store.memory.Faults;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ends of attempts while the store is away. */
class ReporterTest {
    /** The queue, and the group whose commit is tried again and again. */
    private static final int MOST_IN_MEMORY = 4_096 + 1_000;

    private static final int ENDS = MOST_IN_MEMORY + 500;

    private final SystemClock clock = new SystemClock();
    private final InMemoryStore store =
            new InMemoryStore(clock, new Ids(clock, new SecureRandom()), (operation, moment) -> {
                if (operation.equals("tasks.report")) {
                    throw Faults.unavailable(operation, moment);
                }
            });
    private final Reporter reporter = new Reporter(
            store.tasks(),
            new Announcer(new InMemoryTaskQueue(clock), new InMemoryHints()),
            new Holdings(),
            EngineMetrics.none(),
            () -> {});

    @Test
    void while_the_store_is_away_only_so_many_wait_in_memory_and_the_others_wait_with_their_attempts()
            throws Exception {
        AtomicInteger taken = new AtomicInteger();
        List<Thread> attempts = IntStream.range(0, ENDS)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    if (submitted(i)) {
                        taken.incrementAndGet();
                    }
                }))
                .toList();
        reporter.start();
        await().until(() -> taken.get() >= MOST_IN_MEMORY);
        await().until(() -> attempts.stream().allMatch(t -> !t.isAlive() || t.getState() == Thread.State.WAITING));
        assertThat(taken).hasValue(MOST_IN_MEMORY);
        reporter.stop();
        attempts.forEach(Thread::interrupt);
    }

    private boolean submitted(int number) {
        Hold hold = new Hold("task-" + number, 1);
        try {
            reporter.submit(new AttemptReport(hold, new Outcome.Completed(Json.NULL), Usage.NONE));
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** The group is busy, then the first of it alone, and again; then nobody holds its rows any more. */
    @Test
    void an_end_whose_rows_are_locked_is_kept_and_tried_again_and_the_others_go_on() throws Exception {
        AtomicInteger reports = new AtomicInteger();
        InMemoryStore lockedStore =
                new InMemoryStore(clock, new Ids(clock, new SecureRandom()), (operation, moment) -> {
                    if (operation.equals("tasks.report") && Set.of(1, 2, 4).contains(reports.incrementAndGet())) {
                        throw new StoreBusy("locked", new IllegalStateException());
                    }
                });
        Json plan = Json.parse(
                "{\"name\":\"p\",\"phases\":[{\"phase\":\"P\",\"parallelism\":2,\"agents\":[\"A\",\"B\"]}]}");
        Submission run = lockedStore
                .runs()
                .submit(new RunRequest(
                        PlanReader.read(plan), plan, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()));
        lockedStore
                .leases()
                .register(new WorkerInfo("worker-1", "here", "boot", 1, "then", 4, "test"), Duration.ofMinutes(1));
        Reporter other = new Reporter(
                lockedStore.tasks(),
                new Announcer(new InMemoryTaskQueue(clock), new InMemoryHints()),
                new Holdings(),
                EngineMetrics.none(),
                () -> {});
        List<ClaimedTask> tasks = lockedStore
                .tasks()
                .claim(
                        "worker-1",
                        run.ready().tickets().stream().map(Ticket::taskId).toList());
        for (ClaimedTask task : tasks) {
            other.submit(new AttemptReport(task.hold(), new Outcome.Completed(Json.NULL), Usage.NONE));
        }
        other.start();
        await().until(() ->
                lockedStore.runs().view(run.runId(), false).orElseThrow().state() == StageState.COMPLETED);
        other.stop();
        assertThat(reports.get()).isGreaterThanOrEqualTo(5);
    }
}
