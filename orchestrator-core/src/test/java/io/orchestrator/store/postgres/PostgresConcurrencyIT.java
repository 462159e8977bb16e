package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Failure;
import io.orchestrator.run.StageState;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many workers, schedulers and timer services on one Postgres. */
class PostgresConcurrencyIT {
    private static final int THREADS = 8;

    private final PostgresStoreUnderTest store = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(store);

    @AfterEach
    void close() {
        store.close();
    }

    /** Phases side by side, each of so many tasks, and one task when all have completed. */
    private Submission submitFan(int phases, int tasks) {
        String numbers = IntStream.range(0, tasks).boxed().toList().toString();
        StringBuilder plan = new StringBuilder("{'name':'fan','inputs':{'n':" + numbers + "},'phases':[");
        List<String> names =
                IntStream.range(0, phases).mapToObj(i -> "'P" + i + "'").toList();
        names.forEach(name -> plan.append("{'phase':" + name + ",'needs':[],'parallelism':" + tasks
                + ",'agents':[{'agent':'A','shard':{'over':'n','size':1}}]},"));
        return f.submit(plan + "{'phase':'END','needs':" + names + ",'agents':['Z']}]}");
    }

    private List<ClaimedTask> claimAll(List<Submission> runs) {
        String worker = f.worker();
        return runs.stream()
                .flatMap(run -> f.claim(worker, run.ready().tickets()).stream())
                .toList();
    }

    @Test
    void a_run_that_is_cancelled_while_its_last_task_completes_ends_exactly_once() throws Exception {
        List<Submission> runs = IntStream.range(0, 120)
                .mapToObj(i -> f.submit(StoreFixture.ONE_TASK))
                .toList();
        List<ClaimedTask> tasks = claimAll(runs);
        for (int i = 0; i < runs.size(); i++) {
            Submission run = runs.get(i);
            ClaimedTask task = tasks.get(i);
            List<Boolean> done = InParallel.call(List.<Callable<Boolean>>of(
                    () -> store.runs().cancel(run.runId(), "enough"),
                    () -> !f.complete(task, Json.of(1)).accepted().isEmpty()));
            boolean cancelled = done.getFirst();
            RunView end = f.view(run);
            assertThat(end.state()).isEqualTo(cancelled ? StageState.CANCELLED : StageState.COMPLETED);
            assertThat(f.task(task).output().isPresent()).isEqualTo(done.getLast());
            assertThat(cancelled || done.getLast()).isTrue();
            assertThat(f.eventKinds(run))
                    .filteredOn(kind -> kind.matches("(task|phase|run)\\.(completed|cancelled)"))
                    .hasSize(3);
        }
    }

    @Test
    void cancelling_runs_of_many_phases_while_their_tasks_complete_leaves_none_half_ended() throws Exception {
        List<Submission> runs =
                IntStream.range(0, 20).mapToObj(i -> submitFan(4, 8)).toList();
        List<ClaimedTask> tasks = new ArrayList<>(claimAll(runs));
        Collections.shuffle(tasks, new Random(2));
        Queue<ClaimedTask> toReport = new ConcurrentLinkedQueue<>(tasks);
        Queue<Submission> toCancel = new ConcurrentLinkedQueue<>(runs);
        Callable<Integer> reporter = () -> {
            int accepted = 0;
            for (ClaimedTask task = toReport.poll(); task != null; task = toReport.poll()) {
                accepted += f.complete(task, Json.NULL).accepted().size();
            }
            return accepted;
        };
        Callable<Integer> canceller = () -> {
            int cancelled = 0;
            for (Submission run = toCancel.poll(); run != null; run = toCancel.poll()) {
                cancelled += store.runs().cancel(run.runId(), "enough") ? 1 : 0;
            }
            return cancelled;
        };
        InParallel.call(List.of(reporter, reporter, reporter, reporter, canceller, canceller));
        store.recovery().sweep(100);
        assertThat(runs).allSatisfy(run -> {
            RunView end = f.view(run);
            assertThat(end.state()).isEqualTo(StageState.CANCELLED);
            assertThat(end.phases()).allSatisfy(phase -> {
                assertThat(phase.state().isFinal()).isTrue();
                assertThat(phase.open()).isZero();
            });
        });
    }

    @Test
    void timers_are_fired_by_four_services_exactly_once() throws Exception {
        Submission run = submitFan(1, 400);
        List<ClaimedTask> tasks = f.claim(f.worker(), run.ready().tickets());
        Failure failure = new Failure("boom", true, Optional.empty());
        store.tasks()
                .report(tasks.stream()
                        .map(t -> new AttemptReport(t.hold(), new Outcome.Retry(failure, Duration.ZERO), Usage.NONE))
                        .toList());
        Set<Long> custom = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 100; i++) {
            store.timers().schedule("a", Json.of(i), Duration.ZERO);
        }
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger fired = new AtomicInteger();
        Callable<Ready> service = () -> {
            Ready mine = Ready.NOTHING;
            while (store.timers().stats().pending() > 0) {
                var round = store.timers().fireDue(7);
                fired.addAndGet(round.fired());
                mine = mine.and(round.ready());
                store.timers().fireCustom(Set.of("a"), 3, timer -> {
                    custom.add(timer.id());
                    handled.incrementAndGet();
                });
            }
            return mine;
        };
        List<Ready> ready = InParallel.call(Collections.nCopies(4, service));
        List<Ticket> woken = ready.stream().flatMap(r -> r.tickets().stream()).toList();
        assertThat(fired.get()).isEqualTo(400);
        assertThat(woken).hasSize(400).doesNotHaveDuplicates();
        assertThat(handled.get()).isEqualTo(100);
        assertThat(custom).hasSize(100);
        assertThat(f.claim(f.worker(), woken))
                .hasSize(400)
                .allSatisfy(t -> assertThat(t.attempt()).isEqualTo(2));
    }

    @Test
    void what_several_workers_want_at_once_each_gets_only_once() throws Exception {
        Submission run = submitFan(1, 400);
        List<List<ClaimedTask>> taken = InParallel.call(IntStream.range(0, THREADS)
                .mapToObj(i -> (Callable<List<ClaimedTask>>) () -> claimShuffled(run, i))
                .toList());
        List<String> ids =
                taken.stream().flatMap(List::stream).map(t -> t.hold().taskId()).toList();
        assertThat(ids).hasSize(400).doesNotHaveDuplicates();
        Deadlocks.assertNoneOn(store);
    }

    private List<ClaimedTask> claimShuffled(Submission run, int seed) {
        String worker = f.worker();
        List<Ticket> tickets = new ArrayList<>(run.ready().tickets());
        Collections.shuffle(tickets, new Random(seed));
        List<ClaimedTask> taken = new ArrayList<>();
        for (int from = 0; from < tickets.size(); from += 50) {
            taken.addAll(f.claim(worker, tickets.subList(from, from + 50)));
            taken.addAll(store.tasks().claimNext(worker, 3));
        }
        return taken;
    }

    @Test
    void a_view_shows_one_instant_while_tasks_end() throws Exception {
        Submission run = submitFan(2, 100);
        Queue<ClaimedTask> tasks = new ConcurrentLinkedQueue<>(claimAll(List.of(run)));
        AtomicBoolean done = new AtomicBoolean();
        Callable<Integer> reporter = () -> {
            for (ClaimedTask task = tasks.poll(); task != null; task = tasks.poll()) {
                f.complete(task, Json.NULL);
            }
            done.set(true);
            return 0;
        };
        Callable<Integer> viewer = () -> {
            int views = 0;
            while (!done.get()) {
                f.view(run).phases().forEach(PostgresConcurrencyIT::assertConsistent);
                views++;
            }
            return views;
        };
        assertThat(InParallel.call(List.of(reporter, reporter, viewer)).getLast())
                .isPositive();
    }

    private static void assertConsistent(RunView.Phase phase) {
        long open = phase.tasks().stream().filter(t -> !t.state().isFinal()).count();
        assertThat(phase.tasks()).hasSize(phase.total());
        assertThat(open).isEqualTo(phase.open());
        assertThat(phase.running()).isLessThanOrEqualTo(phase.open());
        assertThat(phase.state() != StageState.COMPLETED || open == 0).isTrue();
    }
}
