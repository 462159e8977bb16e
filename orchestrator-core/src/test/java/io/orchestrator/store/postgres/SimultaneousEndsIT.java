package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.EventView;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many phases of 64 tasks that end at the same moment, reported by several workers in random batches. */
class SimultaneousEndsIT {
    private static final int REPORTERS = 8;
    private static final int TASKS = 64;
    private static final int PHASES_OF_A_RUN = 4;

    private final PostgresStoreUnderTest store = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(store);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void of_100_phases_of_64_tasks_each_advances_exactly_once() throws Exception {
        eachAdvancesOnce(100, 1);
    }

    @Test
    @Tag("slow")
    void of_1000_phases_of_64_tasks_each_advances_exactly_once() throws Exception {
        eachAdvancesOnce(1_000, 2);
    }

    private void eachAdvancesOnce(int phases, long seed) throws Exception {
        List<Submission> runs = IntStream.range(0, phases / PHASES_OF_A_RUN)
                .mapToObj(i -> submitFan())
                .toList();
        List<ClaimedTask> tasks = claimAll(runs);
        assertThat(tasks).hasSize(phases * TASKS);

        Queue<List<AttemptReport>> batches = batches(tasks, new Random(seed));
        Callable<List<Ticket>> reporter = () -> reportAll(batches);
        List<Ticket> ready = InParallel.call(Collections.nCopies(REPORTERS, reporter)).stream()
                .flatMap(List::stream)
                .toList();

        assertThat(ready).as("the one task behind each run's phases").hasSize(runs.size());
        assertThat(ready).doesNotHaveDuplicates();
        List<ClaimedTask> last = f.claim(f.worker(), ready);
        assertThat(last).hasSize(runs.size());
        last.forEach(task -> f.complete(task, Json.NULL));
        runs.forEach(this::assertEndedOnce);
        Deadlocks.assertNoneOn(store);
    }

    /** Phases side by side, and one task when all have completed. */
    private Submission submitFan() {
        String numbers = IntStream.range(0, TASKS).boxed().toList().toString();
        StringBuilder plan = new StringBuilder("{'name':'fan','inputs':{'n':" + numbers + "},'phases':[");
        List<String> names = IntStream.range(0, PHASES_OF_A_RUN)
                .mapToObj(i -> "'P" + i + "'")
                .toList();
        names.forEach(name -> plan.append("{'phase':" + name + ",'needs':[],'parallelism':" + TASKS
                + ",'agents':[{'agent':'A','shard':{'over':'n','size':1}}]},"));
        return f.submit(plan + "{'phase':'END','needs':" + names + ",'agents':['Z']}]}");
    }

    private List<ClaimedTask> claimAll(List<Submission> runs) {
        String worker = f.worker();
        return runs.stream()
                .flatMap(run -> f.claim(worker, run.ready().tickets()).stream())
                .toList();
    }

    private static Queue<List<AttemptReport>> batches(List<ClaimedTask> tasks, Random random) {
        List<ClaimedTask> shuffled = new ArrayList<>(tasks);
        Collections.shuffle(shuffled, random);
        Queue<List<AttemptReport>> batches = new ConcurrentLinkedQueue<>();
        while (!shuffled.isEmpty()) {
            List<ClaimedTask> some = shuffled.subList(0, Math.min(shuffled.size(), 1 + random.nextInt(100)));
            batches.add(some.stream()
                    .map(t -> new AttemptReport(t.hold(), new Outcome.Completed(Json.of(1)), StoreFixture.usage(1)))
                    .toList());
            some.clear();
        }
        return batches;
    }

    private List<Ticket> reportAll(Queue<List<AttemptReport>> batches) {
        List<Ticket> ready = new ArrayList<>();
        for (List<AttemptReport> batch = batches.poll(); batch != null; batch = batches.poll()) {
            ReportResult result = store.tasks().report(batch);
            assertThat(result.accepted()).hasSize(batch.size());
            ready.addAll(result.ready().tickets());
        }
        return ready;
    }

    private void assertEndedOnce(Submission run) {
        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.usage().tokens()).isEqualTo(PHASES_OF_A_RUN * TASKS);
        assertThat(end.phases()).allSatisfy(phase -> {
            assertThat(phase.completed()).isEqualTo(phase.total());
            assertThat(phase.open()).isZero();
        });
        List<EventView> events = store.runs().events(run.runId(), 0, 10_000);
        assertThat(events)
                .extracting(EventView::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        List<String> kinds = f.eventKinds(run);
        assertThat(kinds).containsOnlyOnce("run.completed");
        assertThat(Collections.frequency(kinds, "phase.started")).isEqualTo(PHASES_OF_A_RUN + 1);
        assertThat(Collections.frequency(kinds, "phase.completed")).isEqualTo(PHASES_OF_A_RUN + 1);
    }
}
