package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.Failure;
import io.orchestrator.run.StageState;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.testing.servers.TestServers;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many tasks that draw from one budget at the same moment. */
class BudgetConcurrencyIT {
    private static final int THREADS = 8;
    private static final int TASKS = 64;
    private static final int A_TASK_NEEDS = 100;
    private static final int A_BOOKING = 10;
    private static final int LIMIT = 10 * A_TASK_NEEDS;

    private final PostgresStoreUnderTest store = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(store);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void of_64_tasks_with_money_for_10_none_uses_more_than_its_last_booking_over_the_limit() throws Exception {
        Submission run = submit();
        List<ClaimedTask> tasks = f.claim(f.worker(), run.ready().tickets());
        assertThat(tasks).hasSize(TASKS);

        Queue<Spender> spenders =
                new ConcurrentLinkedQueue<>(tasks.stream().map(Spender::new).toList());
        Callable<Integer> worker = () -> workOff(spenders);
        List<Integer> refused = InParallel.call(Collections.nCopies(THREADS, worker));

        store.recovery().sweep(10);
        RunView end = f.view(run);
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        long tooLate = refused.stream().mapToInt(Integer::intValue).sum();
        assertThat(tooLate).as("who booked when nothing was left").isBetween(1L, (long) TASKS);
        assertThat(end.usage().tokens())
                .as("all that was booked: the limit, and the one booking with which each learned that it is passed")
                .isEqualTo(LIMIT + tooLate * A_BOOKING);
        List<String> kinds = f.eventKinds(run);
        assertThat(Collections.frequency(kinds, "budget.warning")).isEqualTo(1);
        assertThat(Collections.frequency(kinds, "budget.exhausted")).isEqualTo(1);
        Deadlocks.assertNoneOn(store);
    }

    /** One worker at a time means one attempt at a time: the limit is passed by one booking, and no task starts after it. */
    @Test
    void where_attempts_follow_each_other_the_limit_is_passed_by_one_booking_alone() throws Exception {
        Submission run = submit();
        String worker = f.worker();
        Queue<String> tickets = new ConcurrentLinkedQueue<>(
                run.ready().tickets().stream().map(t -> t.taskId()).toList());
        for (String id = tickets.poll(); id != null; id = tickets.poll()) {
            for (ClaimedTask task : store.tasks().claim(worker, List.of(id))) {
                workOff(new ConcurrentLinkedQueue<>(List.of(new Spender(task))));
            }
        }
        assertThat(f.view(run).usage().tokens()).isEqualTo(LIMIT + A_BOOKING);
    }

    @Test
    void between_the_decision_and_the_sweep_that_carries_it_out_nothing_is_claimed() {
        Submission run = submit();
        TestServers.execute(
                store.url, "UPDATE budgets SET warned_at = clock_timestamp(), exhausted_at = clock_timestamp()");
        assertThat(f.claim(f.worker(), run.ready().tickets())).isEmpty();
        assertThat(store.tasks().claimNext(f.worker(), TASKS)).isEmpty();
    }

    private Submission submit() {
        String numbers = IntStream.range(0, TASKS).boxed().toList().toString();
        return f.submit(
                "{'name':'t','inputs':{'n':" + numbers + "},'budgets':{'tokens':" + LIMIT
                        + "},'phases':[{'phase':'P','parallelism':64,'agents':[{'agent':'A','shard':{'over':'n','size':1}}]}]}");
    }

    /** Takes turns, so that all tasks are under way at once; how many were told to stop. */
    private int workOff(Queue<Spender> spenders) {
        int refused = 0;
        for (Spender next = spenders.poll(); next != null; next = spenders.poll()) {
            switch (next.turn()) {
                case GOES_ON -> spenders.add(next);
                case REFUSED -> refused++;
                case DONE -> {}
            }
        }
        return refused;
    }

    private enum Turn {
        GOES_ON,
        REFUSED,
        DONE
    }

    /** A task that books in small amounts until it is done or told to stop. */
    private final class Spender {
        private final ClaimedTask task;
        private int used;

        Spender(ClaimedTask task) {
            this.task = task;
        }

        Turn turn() {
            used += A_BOOKING;
            Usage total = new Usage(used, BigDecimal.ZERO, 0);
            Optional<String> exhausted =
                    store.budgets().book(task.hold(), total).exhausted();
            if (exhausted.isPresent()) {
                Failure failure = new Failure(exhausted.get(), false, Optional.empty());
                f.report(task.hold(), new Outcome.Failed(failure), total);
                return Turn.REFUSED;
            }
            if (used < A_TASK_NEEDS) {
                return Turn.GOES_ON;
            }
            f.report(task.hold(), new Outcome.Completed(Json.NULL), total);
            return Turn.DONE;
        }
    }
}
