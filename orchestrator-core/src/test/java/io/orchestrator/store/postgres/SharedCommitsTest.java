package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who writes with whom, and who learns of what. Commits last until the test lets them end. */
@Timeout(60)
class SharedCommitsTest {
    private final List<Commit> commits = new ArrayList<>();
    private final SharedCommits<String, String> shared =
            new SharedCommits<>(this::write, SharedCommitsTest::fits, Duration.ofDays(1));

    private static final class Commit {
        private final List<String> items;
        private final Thread thread = Thread.currentThread();
        private final CountDownLatch over = new CountDownLatch(1);
        private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

        Commit(List<String> items) {
            this.items = items;
        }

        void end() {
            over.countDown();
        }

        void fail(RuntimeException e) {
            failure.set(e);
            over.countDown();
        }
    }

    @Test
    void a_lone_writer_waits_for_nobody() {
        CompletableFuture<String> a = writing(shared, "a");
        commit(0).end();

        assertThat(a.join()).isEqualTo("a!");
        assertThat(commit(0).items).containsExactly("a");
    }

    @Test
    void those_who_come_while_a_commit_is_under_way_go_together_with_the_next() {
        CompletableFuture<String> a = writing(shared, "a");
        CompletableFuture<String> b = waiting(shared, "b");
        CompletableFuture<String> c = waiting(shared, "c");
        CompletableFuture<String> d = waiting(shared, "d");
        commit(0).end();

        assertThat(commit(1).items).containsExactly("b", "c", "d");
        commit(1).end();
        assertThat(List.of(a.join(), b.join(), c.join(), d.join())).containsExactly("a!", "b!", "c!", "d!");
    }

    @Test
    void so_many_that_they_are_worth_a_commit_of_their_own_do_not_wait_for_another() {
        CompletableFuture<String> a = writing(shared, "a");
        List<CompletableFuture<String>> others = new ArrayList<>();
        for (char item = 'b'; item < 'b' + 15; item++) {
            others.add(waiting(shared, String.valueOf(item)));
        }
        assertThat(commits()).isEqualTo(1);
        CompletableFuture<String> last = writing(shared, "z");
        commit(1).end();

        assertThat(last.join()).isEqualTo("z!");
        others.forEach(other -> assertThat(other.join()).endsWith("!"));
        assertThat(a).isNotDone();
        commit(0).end();
        assertThat(a.join()).isEqualTo("a!");
    }

    @Test
    void a_slow_commit_holds_up_the_others_for_a_moment_only() {
        SharedCommits<String, String> impatient =
                new SharedCommits<>(this::write, SharedCommitsTest::fits, Duration.ofMillis(1));
        CompletableFuture<String> a = writing(impatient, "a");
        CompletableFuture<String> b = writing(impatient, "b");
        commit(1).end();

        assertThat(b.join()).isEqualTo("b!");
        assertThat(a).isNotDone();
        commit(0).end();
        assertThat(a.join()).isEqualTo("a!");
    }

    @Test
    void what_does_not_fit_waits_for_another_commit() {
        CompletableFuture<String> a = writing(shared, "a");
        CompletableFuture<String> first = waiting(shared, "c1");
        CompletableFuture<String> second = waiting(shared, "c2");
        CompletableFuture<String> other = waiting(shared, "d");
        commit(0).end();

        assertThat(commit(1).items).containsExactly("c1", "d");
        commit(1).end();
        assertThat(commit(2).items).containsExactly("c2");
        commit(2).end();
        assertThat(List.of(a.join(), first.join(), second.join(), other.join()))
                .containsExactly("a!", "c1!", "c2!", "d!");
    }

    @Test
    void one_that_is_refused_keeps_no_other_from_being_written() {
        CompletableFuture<String> a = writing(shared, "a");
        CompletableFuture<String> good = waiting(shared, "c");
        CompletableFuture<String> bad = waiting(shared, "bad");
        CompletableFuture<String> alsoGood = waiting(shared, "d");
        commit(0).end();
        commit(1).fail(new IllegalStateException("something in it is bad"));
        commit(2).end();
        commit(3).fail(new IllegalStateException("this is bad"));
        commit(4).end();

        assertThat(List.of(a.join(), good.join(), alsoGood.join())).containsExactly("a!", "c!", "d!");
        assertThatThrownBy(bad::join).isInstanceOf(CompletionException.class).hasMessageContaining("this is bad");
    }

    @Test
    void one_whose_row_is_locked_keeps_no_other_from_being_written() {
        CompletableFuture<String> a = writing(shared, "a");
        CompletableFuture<String> free = waiting(shared, "c");
        CompletableFuture<String> locked = waiting(shared, "d");
        commit(0).end();
        commit(1).fail(new StoreBusy("one is locked", new IllegalStateException()));
        commit(2).end();
        commit(3).fail(new StoreBusy("this is locked", new IllegalStateException()));

        assertThat(List.of(a.join(), free.join())).containsExactly("a!", "c!");
        assertThatThrownBy(locked::join).hasCauseInstanceOf(StoreBusy.class).hasMessageContaining("this is locked");
    }

    @Test
    void all_of_a_commit_learn_that_the_store_is_away() {
        CompletableFuture<String> a = writing(shared, "a");
        CompletableFuture<String> c = waiting(shared, "c");
        CompletableFuture<String> d = waiting(shared, "d");
        commit(0).end();
        commit(1).fail(new StoreUnavailable("away", new IllegalStateException()));

        assertThat(a.join()).isEqualTo("a!");
        assertThatThrownBy(c::join).hasCauseInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(d::join).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void an_interrupt_of_the_one_who_commits_is_not_felt_by_the_others() {
        CompletableFuture<String> a = writing(shared, "a");
        CompletableFuture<String> c = waiting(shared, "c");
        CompletableFuture<String> d = waiting(shared, "d");
        commit(0).end();
        Commit interrupted = commit(1);
        interrupted.thread.interrupt();
        interrupted.fail(new StoreUnavailable("the connection is gone", new IllegalStateException()));

        Commit again = commit(2);
        assertThat(again.items).hasSize(1);
        again.end();
        CompletableFuture<String> spared = again.items.contains("d") ? d : c;
        CompletableFuture<String> hit = again.items.contains("d") ? c : d;
        assertThat(List.of(a.join(), spared.join())).allMatch(written -> written.endsWith("!"));
        assertThatThrownBy(hit::join).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void an_interrupt_while_committing_for_others_alone_costs_one_try() {
        CompletableFuture<String> a = writing(shared, "a");
        CompletableFuture<String> first = waiting(shared, "c1");
        List<CompletableFuture<String>> others = new ArrayList<>();
        for (char item = 'd'; item < 'd' + 14; item++) {
            others.add(waiting(shared, String.valueOf(item)));
        }
        // The sixteenth leads at once, and its own does not fit.
        Started second = start(shared, "c2");
        Commit interrupted = commit(1);
        assertThat(interrupted.thread).isSameAs(second.thread());
        assertThat(interrupted.items).contains("c1").doesNotContain("c2");
        interrupted.thread.interrupt();
        interrupted.fail(new StoreUnavailable("the connection is gone", new IllegalStateException()));
        Commit again = commit(2);
        assertThat(again.items).contains("c1");
        again.end();
        commit(0).end();
        commit(3).end();

        assertThat(List.of(a.join(), first.join(), second.written().join())).containsExactly("a!", "c1!", "c2!");
        others.forEach(other -> assertThat(other.join()).endsWith("!"));
        assertThat(second.stayedInterrupted().join()).isTrue();
    }

    @Test
    void who_is_interrupted_while_waiting_learns_the_outcome_and_stays_interrupted() {
        CompletableFuture<String> a = writing(shared, "a");
        Started b = start(shared, "b");
        eventually(() -> isWaiting(b.thread()));
        b.thread().interrupt();
        eventually(() -> isWaiting(b.thread()));
        commit(0).end();
        commit(1).end();

        assertThat(List.of(a.join(), b.written().join())).containsExactly("a!", "b!");
        assertThat(b.stayedInterrupted().join()).isTrue();
    }

    private List<String> write(List<String> items) {
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreUnavailable("an interrupted thread has no connection", new IllegalStateException());
        }
        Commit commit = new Commit(items);
        synchronized (commits) {
            commits.add(commit);
        }
        boolean interrupted = false;
        while (commit.over.getCount() > 0) {
            try {
                commit.over.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        RuntimeException failure = commit.failure.get();
        if (failure != null) {
            throw failure;
        }
        return items.stream().map(item -> item + "!").toList();
    }

    /** Starts to write, and returns when the commit is under way. */
    private CompletableFuture<String> writing(SharedCommits<String, String> commits, String item) {
        int before = commits();
        CompletableFuture<String> written = start(commits, item).written();
        commit(before);
        return written;
    }

    /** Starts to write, and returns when the writer waits for others. */
    private static CompletableFuture<String> waiting(SharedCommits<String, String> commits, String item) {
        Started started = start(commits, item);
        eventually(() -> isWaiting(started.thread()));
        return started.written();
    }

    private record Started(
            Thread thread, CompletableFuture<String> written, CompletableFuture<Boolean> stayedInterrupted) {}

    private static Started start(SharedCommits<String, String> commits, String item) {
        CompletableFuture<String> written = new CompletableFuture<>();
        CompletableFuture<Boolean> stayedInterrupted = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                written.complete(commits.write(item));
            } catch (RuntimeException e) {
                written.completeExceptionally(e);
            }
            stayedInterrupted.complete(Thread.currentThread().isInterrupted());
        });
        return new Started(thread, written, stayedInterrupted);
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private int commits() {
        synchronized (commits) {
            return commits.size();
        }
    }

    private Commit commit(int index) {
        eventually(() -> commits() > index);
        synchronized (commits) {
            return commits.get(index);
        }
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }

    /** No two with the same first letter. */
    private static boolean fits(List<String> group, String item) {
        return group.stream().noneMatch(other -> other.charAt(0) == item.charAt(0));
    }
}
