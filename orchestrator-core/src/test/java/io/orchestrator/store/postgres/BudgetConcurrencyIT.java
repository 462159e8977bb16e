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

        List<Integer> refused = InParallel.call(tasks.stream()
                .map(task -> (Callable<Integer>) () -> spend(task))
                .toList());

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
                spend(task);
            }
        }
        assertThat(f.view(run).usage().tokens()).isEqualTo(LIMIT + A_BOOKING);
    }

    private Submission submit() {
        String numbers = IntStream.range(0, TASKS).boxed().toList().toString();
        return f.submit(
                "{'name':'t','inputs':{'n':" + numbers + "},'budgets':{'tokens':" + LIMIT
                        + "},'phases':[{'phase':'P','parallelism':64,'agents':[{'agent':'A','shard':{'over':'n','size':1}}]}]}");
    }

    /** Books in small amounts until it is done or told to stop; how often it was told so. */
    private int spend(ClaimedTask task) {
        for (int used = A_BOOKING; used <= A_TASK_NEEDS; used += A_BOOKING) {
            Usage total = new Usage(used, BigDecimal.ZERO, 0);
            Optional<String> exhausted =
                    store.budgets().book(task.hold(), total).exhausted();
            if (exhausted.isPresent()) {
                Failure failure = new Failure(exhausted.get(), false, Optional.empty());
                f.report(task.hold(), new Outcome.Failed(failure), total);
                return 1;
            }
        }
        f.report(task.hold(), new Outcome.Completed(Json.NULL), new Usage(A_TASK_NEEDS, BigDecimal.ZERO, 0));
        return 0;
    }
}
