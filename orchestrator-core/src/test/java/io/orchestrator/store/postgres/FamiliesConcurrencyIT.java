package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ChildStore.Submitted;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.ReportResult;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Parents and children that act at the same moment on one Postgres. */
class FamiliesConcurrencyIT {
    private static final int THREADS = 8;

    private final PostgresStoreUnderTest store = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(store);
    private final String worker = f.worker();

    @AfterEach
    void close() {
        store.close();
    }

    private List<ClaimedTask> parents(int count) {
        String agents = String.join(
                ",", IntStream.range(0, count).mapToObj(i -> "'A" + i + "'").toList());
        Submission run =
                f.submit("{'name':'t','phases':[{'phase':'P','parallelism':" + count + ",'agents':[" + agents + "]}]}");
        return f.claim(worker, run.ready().tickets());
    }

    private ClaimedTask child(ClaimedTask parent, int number) {
        return f.claim(worker, submit(parent, number).ready().tickets()).getFirst();
    }

    private Submitted submit(ClaimedTask parent, int number) {
        ChildSpec spec = new ChildSpec("c" + number, "agent", "C", Json.object("n", number));
        return store.children().submit(parent.hold(), spec);
    }

    private List<Ticket> await(ClaimedTask parent) {
        return f.report(parent.hold(), new Outcome.Awaiting()).ready().tickets();
    }

    @Test
    void a_parent_that_asks_to_wait_while_its_last_child_ends_is_queued_exactly_once() throws Exception {
        for (ClaimedTask parent : parents(100)) {
            ClaimedTask child = child(parent, 1);
            List<Ticket> ready = InParallel.call(List.<Callable<List<Ticket>>>of(
                            () -> await(parent),
                            () -> f.complete(child, Json.NULL).ready().tickets()))
                    .stream()
                    .flatMap(List::stream)
                    .toList();
            assertThat(ready)
                    .extracting(Ticket::taskId)
                    .containsExactly(parent.hold().taskId());
            assertThat(f.task(parent).state()).isEqualTo(TaskState.QUEUED);
        }
        Deadlocks.assertNoneOn(store);
    }

    @Test
    void families_that_end_in_random_batches_wake_each_parent_exactly_once() throws Exception {
        List<ClaimedTask> parents = parents(40);
        List<AttemptReport> reports = new ArrayList<>();
        for (ClaimedTask parent : parents) {
            IntStream.range(0, 8)
                    .mapToObj(i -> child(parent, i))
                    .forEach(child -> reports.add(
                            new AttemptReport(child.hold(), new Outcome.Completed(Json.of(1)), Usage.NONE)));
            reports.add(new AttemptReport(parent.hold(), new Outcome.Awaiting(), Usage.NONE));
        }
        Random random = new Random(3);
        Collections.shuffle(reports, random);
        Queue<List<AttemptReport>> batches = new ConcurrentLinkedQueue<>();
        while (!reports.isEmpty()) {
            List<AttemptReport> some = reports.subList(0, Math.min(reports.size(), 1 + random.nextInt(20)));
            batches.add(List.copyOf(some));
            some.clear();
        }
        List<Ticket> woken =
                InParallel.call(Collections.nCopies(THREADS, (Callable<List<Ticket>>) () -> reportAll(batches)))
                        .stream()
                        .flatMap(List::stream)
                        .toList();
        assertThat(woken)
                .extracting(Ticket::taskId)
                .containsExactlyInAnyOrderElementsOf(
                        parents.stream().map(p -> p.hold().taskId()).toList());
        assertThat(f.claim(worker, woken))
                .hasSize(40)
                .allSatisfy(p -> assertThat(p.openChildren()).isZero());
        Deadlocks.assertNoneOn(store);
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

    @Test
    void a_parent_that_ends_while_its_child_does_leaves_nothing_open() throws Exception {
        for (int i = 0; i < 50; i++) {
            Submission run = f.submit(StoreFixture.ONE_TASK);
            ClaimedTask parent = f.claimOne(worker, run);
            ClaimedTask child = child(parent, 1);
            List<Boolean> counted = InParallel.call(List.<Callable<Boolean>>of(
                    () -> !f.complete(parent, Json.of("parent")).accepted().isEmpty(),
                    () -> !f.complete(child, Json.of("child")).accepted().isEmpty()));
            assertThat(counted.getFirst()).isTrue();
            assertThat(f.task(child).state()).isEqualTo(counted.getLast() ? TaskState.COMPLETED : TaskState.CANCELLED);
            assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
            assertThat(f.view(run).phases().getFirst().open()).isZero();
        }
        Deadlocks.assertNoneOn(store);
    }

    @Test
    void children_that_are_submitted_at_once_are_each_made_once() throws Exception {
        ClaimedTask parent = parents(1).getFirst();
        Callable<List<String>> submitter = () ->
                IntStream.range(0, 50).mapToObj(i -> submit(parent, i).taskId()).toList();
        List<List<String>> ids = InParallel.call(Collections.nCopies(4, submitter));
        assertThat(ids).allSatisfy(mine -> assertThat(mine).isEqualTo(ids.getFirst()));
        assertThat(store.children().results(parent.hold().taskId())).hasSize(50);
    }
}
