package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
            new SharedCommits<>(this::write, (group, item) -> group.stream().noneMatch(other -> kin(other, item)));

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
        CompletableFuture<String> a = writing("a");
        commit(0).end();

        assertThat(a.join()).isEqualTo("a!");
        assertThat(commit(0).items).containsExactly("a");
    }

    @Test
    void those_who_come_while_commits_are_under_way_go_together_with_the_next() {
        CompletableFuture<String> a = writing("a");
        CompletableFuture<String> b = writing("b");
        CompletableFuture<String> c = waiting("c");
        CompletableFuture<String> d = waiting("d");
        CompletableFuture<String> e = waiting("e");
        commit(0).end();

        assertThat(commit(2).items).containsExactly("c", "d", "e");
        commit(2).end();
        assertThat(List.of(a.join(), c.join(), d.join(), e.join())).containsExactly("a!", "c!", "d!", "e!");
        assertThat(b).as("a slow commit holds up nobody but its own").isNotDone();
        commit(1).end();
        assertThat(b.join()).isEqualTo("b!");
    }

    @Test
    void what_does_not_fit_waits_for_another_commit() {
        Occupied occupied = occupied();
        CompletableFuture<String> first = waiting("c1");
        CompletableFuture<String> second = waiting("c2");
        CompletableFuture<String> other = waiting("d");
        commit(0).end();

        assertThat(commit(2).items).containsExactly("c1", "d");
        commit(2).end();
        first.join();
        other.join();
        assertThat(commit(3).items).containsExactly("c2");
        commit(3).end();
        assertThat(second.join()).isEqualTo("c2!");
        occupied.end();
    }

    @Test
    void one_that_is_refused_keeps_no_other_from_being_written() {
        Occupied occupied = occupied();
        CompletableFuture<String> good = waiting("c");
        CompletableFuture<String> bad = waiting("bad");
        CompletableFuture<String> alsoGood = waiting("d");
        commit(0).end();
        commit(2).fail(new IllegalStateException("something in it is bad"));
        commit(3).end();
        commit(4).fail(new IllegalStateException("this is bad"));
        commit(5).end();

        assertThat(good.join()).isEqualTo("c!");
        assertThat(alsoGood.join()).isEqualTo("d!");
        assertThatThrownBy(bad::join).isInstanceOf(CompletionException.class).hasMessageContaining("this is bad");
        occupied.end();
    }

    @Test
    void all_of_a_commit_learn_that_the_store_is_away() {
        Occupied occupied = occupied();
        CompletableFuture<String> c = waiting("c");
        CompletableFuture<String> d = waiting("d");
        commit(0).end();
        commit(2).fail(new StoreUnavailable("away", new IllegalStateException()));

        assertThatThrownBy(c::join).hasCauseInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(d::join).hasCauseInstanceOf(StoreUnavailable.class);
        occupied.end();
    }

    @Test
    void an_interrupt_of_the_one_who_commits_is_not_felt_by_the_others() {
        Occupied occupied = occupied();
        CompletableFuture<String> c = waiting("c");
        CompletableFuture<String> d = waiting("d");
        commit(0).end();
        Commit interrupted = commit(2);
        interrupted.thread.interrupt();
        interrupted.fail(new StoreUnavailable("the connection is gone", new IllegalStateException()));

        Commit again = commit(3);
        assertThat(again.items).hasSize(1);
        again.end();
        CompletableFuture<String> spared = again.items.contains("d") ? d : c;
        CompletableFuture<String> hit = again.items.contains("d") ? c : d;
        assertThat(spared.join()).endsWith("!");
        assertThatThrownBy(hit::join).hasCauseInstanceOf(StoreUnavailable.class);
        occupied.end();
    }

    /** As many commits as there may be at once; the first is ended by the test itself. */
    private record Occupied(CompletableFuture<String> first, CompletableFuture<String> second, Commit last) {
        void end() {
            last.end();
            assertThat(first.join()).isEqualTo("a!");
            assertThat(second.join()).isEqualTo("b!");
        }
    }

    private Occupied occupied() {
        return new Occupied(writing("a"), writing("b"), commit(1));
    }

    private List<String> write(List<String> items) {
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
    private CompletableFuture<String> writing(String item) {
        int before = commits();
        CompletableFuture<String> written = start(item).written();
        commit(before);
        return written;
    }

    /** Starts to write, and returns when the writer waits for others. */
    private CompletableFuture<String> waiting(String item) {
        Started started = start(item);
        eventually(() -> started.thread().getState() == Thread.State.WAITING);
        return started.written();
    }

    private record Started(Thread thread, CompletableFuture<String> written) {}

    private Started start(String item) {
        CompletableFuture<String> written = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                written.complete(shared.write(item));
            } catch (RuntimeException e) {
                written.completeExceptionally(e);
            }
        });
        return new Started(thread, written);
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

    private static boolean kin(String a, String b) {
        return a.charAt(0) == b.charAt(0);
    }
}
