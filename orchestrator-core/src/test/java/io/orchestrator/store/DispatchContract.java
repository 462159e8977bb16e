package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is queued and nobody has taken is sent again. */
public abstract class DispatchContract extends StoreContract {
    private static final Duration AGAIN = Duration.ofMinutes(10);
    /** Chance may move the next time by a quarter. */
    private static final Duration LONGEST_AGAIN = Duration.ofSeconds(751);

    private static final Duration SHORTEST_AGAIN = Duration.ofMinutes(7);

    private List<Ticket> due() {
        return store.dispatch().due(10, AGAIN);
    }

    @Test
    void a_ticket_that_should_have_arrived_is_due_and_again_after_a_while() {
        Submission run = f.submit(ONE_TASK);
        store.advance(Dispatch.GRACE.plusSeconds(1));
        assertThat(due()).isEqualTo(run.ready().tickets());
        assertThat(due()).isEmpty();
        store.advance(SHORTEST_AGAIN);
        assertThat(due()).isEmpty();
        store.advance(LONGEST_AGAIN.minus(SHORTEST_AGAIN));
        assertThat(due()).isEqualTo(run.ready().tickets());
    }

    @Test
    void what_is_held_or_waits_is_not_due() {
        Submission run = f.submit("{'name':'d','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']}]}");
        f.retry(f.claimAll(run).get("A"), Duration.ofDays(1));
        store.advance(AGAIN);
        assertThat(due()).isEmpty();
        assertThat(store.dispatch().everythingIsDue(Duration.ZERO)).isZero();
    }

    @Test
    void the_highest_lane_comes_first() {
        Submission low = f.submit(ONE_TASK.replace("'phases'", "'priority':'low','phases'"));
        Submission high = f.submit(ONE_TASK.replace("'phases'", "'priority':'critical','phases'"));
        store.advance(Dispatch.GRACE.plusSeconds(1));
        List<Ticket> first = store.dispatch().due(1, AGAIN);
        assertThat(first).isEqualTo(high.ready().tickets());
        assertThat(first.getFirst().lane()).isEqualTo(Priority.CRITICAL);
        assertThat(due()).isEqualTo(low.ready().tickets());
    }

    @Test
    void each_lane_has_its_own_time_until_it_is_looked_at_again() {
        Submission low = f.submit(ONE_TASK.replace("'phases'", "'priority':'low','phases'"));
        Submission high = f.submit(ONE_TASK.replace("'phases'", "'priority':'critical','phases'"));
        store.advance(Dispatch.GRACE.plusSeconds(1));
        assertThat(store.dispatch().due(10, lane -> lane == Priority.LOW ? Duration.ofDays(1) : AGAIN))
                .hasSize(2);
        store.advance(LONGEST_AGAIN);
        assertThat(due()).isEqualTo(high.ready().tickets());
        store.advance(Duration.ofDays(2));
        assertThat(due()).containsAll(low.ready().tickets());
    }

    @Test
    void straight_from_the_store_the_highest_lane_comes_first_too() {
        f.submit(ONE_TASK.replace("'phases'", "'priority':'low','phases'"));
        Submission high = f.submit(ONE_TASK.replace("'phases'", "'priority':'critical','phases'"));
        assertThat(store.tasks().claimNext(f.worker(), 1))
                .extracting(ClaimedTask::runId)
                .containsExactly(high.runId());
    }

    @Test
    void straight_from_the_store_another_lane_comes_first_when_it_is_its_turn() {
        f.submit(ONE_TASK.replace("'phases'", "'priority':'critical','phases'"));
        Submission low = f.submit(ONE_TASK.replace("'phases'", "'priority':'low','phases'"));
        List<Priority> lowFirst = List.of(Priority.LOW, Priority.CRITICAL, Priority.HIGH, Priority.NORMAL);
        assertThat(store.tasks().claimNext(f.worker(), 1, lowFirst))
                .extracting(ClaimedTask::runId)
                .containsExactly(low.runId());
        assertThat(store.tasks().claimNext(f.worker(), 9, lowFirst)).hasSize(1);
    }

    @Test
    void after_the_queue_has_lost_its_memory_everything_queued_is_due() {
        Submission run = f.submit("{'name':'d','phases':[{'phase':'P','parallelism':9,'agents':['A','B','C']}]}");
        f.claim(f.worker(), run.ready().tickets().subList(0, 1));
        assertThat(store.dispatch().everythingIsDue(Duration.ofMinutes(1))).isEqualTo(2);
        store.advance(Duration.ofMinutes(1).plusSeconds(1));
        assertThat(due())
                .containsExactlyInAnyOrderElementsOf(run.ready().tickets().subList(1, 3));
    }

    @Test
    void what_was_handed_back_by_a_worker_that_cannot_run_it_is_due_after_the_delay() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask task = f.claimOne(f.worker(), run);
        assertThat(f.handBack(task, AGAIN).ready().tickets()).isEmpty();
        store.advance(AGAIN.minusMinutes(2));
        assertThat(due()).isEmpty();
        store.advance(Duration.ofMinutes(3));
        assertThat(due()).isEqualTo(run.ready().tickets());
    }

    @Test
    void the_depth_of_each_lane_tells_where_its_tasks_stand() {
        f.submit(ONE_TASK.replace("'phases'", "'priority':'low','phases'"));
        Submission run = f.submit("{'name':'d','phases':[{'phase':'P','parallelism':2,'agents':['A','B','C']}]}");
        f.retry(f.claimAll(run).get("A"), Duration.ofDays(1));
        assertThat(store.dispatch().lanes())
                .containsExactly(
                        new LaneDepth(Priority.CRITICAL, 0, 0, 0, 0),
                        new LaneDepth(Priority.HIGH, 0, 0, 0, 0),
                        new LaneDepth(Priority.NORMAL, 0, 1, 1, 1),
                        new LaneDepth(Priority.LOW, 1, 0, 0, 0));
    }

    @Test
    void what_a_lost_worker_held_is_due_at_once() {
        Submission run = f.submit(ONE_TASK);
        String worker = f.worker();
        f.claimOne(worker, run);
        store.recovery().takeAway(List.of(worker), 5);
        assertThat(due()).isEqualTo(run.ready().tickets());
    }
}
