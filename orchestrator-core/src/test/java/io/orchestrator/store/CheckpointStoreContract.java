package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.CheckpointTooLarge;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checkpoints and memoised steps. */
public abstract class CheckpointStoreContract extends StoreContract {
    private ClaimedTask claimed() {
        return f.claimOne(f.worker(), f.submit(ONE_TASK));
    }

    @Test
    void the_newest_few_are_kept_and_listed_newest_first() {
        ClaimedTask task = claimed();
        String id = task.hold().taskId();
        for (int i = 1; i <= 5; i++) {
            assertThat(store.checkpoints().save(task.hold(), "step-" + i, Json.of(i), 3))
                    .isEqualTo(i);
        }
        List<CheckpointStore.Entry> entries = store.checkpoints().list(id);
        assertThat(entries).extracting(CheckpointStore.Entry::seq).containsExactly(5L, 4L, 3L);
        assertThat(entries.getFirst().token()).isEqualTo("step-5");
        assertThat(entries.getFirst().epoch()).isEqualTo(task.hold().epoch());
        assertThat(entries.getFirst().sizeBytes()).isEqualTo(1);
        assertThat(store.checkpoints().load(id)).contains(new Checkpoint(5, "step-5", Json.of(5)));
        assertThat(store.checkpoints().load(id, 4)).contains(new Checkpoint(4, "step-4", Json.of(4)));
        assertThat(store.checkpoints().load(id, 2)).isEmpty();
    }

    @Test
    void a_task_without_checkpoints_has_none() {
        ClaimedTask task = claimed();
        assertThat(task.checkpoint()).isEmpty();
        assertThat(store.checkpoints().load(task.hold().taskId())).isEmpty();
        assertThat(store.checkpoints().list("task-none")).isEmpty();
        assertThat(store.checkpoints().delete("task-none")).isZero();
        assertThat(store.checkpoints().stats()).isEqualTo(new CheckpointStore.Stats(0, 0, 0));
    }

    @Test
    void the_next_attempt_begins_with_the_newest_one() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask first = f.claimOne(f.worker(), run);
        store.checkpoints().save(first.hold(), "one", Json.of(1), 3);
        store.checkpoints().save(first.hold(), "two", Json.object("x", 2), 3);
        f.handBack(first, Duration.ZERO);
        assertThat(f.claimOne(f.worker(), run).checkpoint()).contains(new Checkpoint(2, "two", Json.object("x", 2)));
    }

    @Test
    void what_was_used_before_a_checkpoint_is_durable_with_it_and_known_to_the_next_attempt() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask first = f.claimOne(f.worker(), run);
        Usage used = new Usage(700, new BigDecimal("0.07"), 9);
        store.checkpoints().save(first.hold(), "one", Json.of(1), 3, used);
        assertThat(usageOf(first)).isEqualTo(used);
        store.checkpoints().save(first.hold(), "two", Json.of(2), 3, new Usage(650, new BigDecimal("0.08"), 4));
        assertThat(usageOf(first)).as("totals only grow").isEqualTo(new Usage(700, new BigDecimal("0.08"), 9));
        f.handBack(first, Duration.ZERO);
        assertThat(f.claimOne(f.worker(), run).usedBefore()).isEqualTo(new Usage(700, new BigDecimal("0.08"), 9));
    }

    @Test
    void what_was_used_before_a_step_or_a_child_is_durable_with_it() {
        ClaimedTask task = claimed();
        store.checkpoints().saveStep(task.hold(), "look-up", Json.of(1), new Usage(5, BigDecimal.ONE, 6));
        assertThat(usageOf(task)).isEqualTo(new Usage(5, BigDecimal.ONE, 6));
        store.checkpoints().saveStep(task.hold(), "look-up", Json.of(1), new Usage(8, BigDecimal.ONE, 6));
        assertThat(usageOf(task)).as("also with a step that was there").isEqualTo(new Usage(8, BigDecimal.ONE, 6));
        ChildSpec child = new ChildSpec("c", "agent", "C", Json.EMPTY_OBJECT);
        store.children().submit(task.hold(), child, new Usage(9, BigDecimal.TEN, 6));
        assertThat(usageOf(task)).isEqualTo(new Usage(9, BigDecimal.TEN, 6));
    }

    @Test
    void a_sign_of_life_that_is_older_than_a_checkpoint_takes_nothing_off_the_bill() {
        ClaimedTask task = claimed();
        store.checkpoints().save(task.hold(), "one", Json.of(1), 3, new Usage(700, BigDecimal.ONE, 9));
        Set<Hold> written = store.tasks()
                .heartbeat(List.of(new TaskStore.Heartbeat(task.hold(), 0.5, "", new Usage(600, BigDecimal.ZERO, 10))));
        assertThat(written).containsExactly(task.hold());
        assertThat(usageOf(task)).isEqualTo(new Usage(700, BigDecimal.ONE, 10));
    }

    @Test
    void who_is_no_longer_trusted_books_nothing_with_a_checkpoint_or_a_sign_of_life() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask first = f.claimOne(f.worker(), run);
        f.handBack(first, Duration.ZERO);
        ClaimedTask second = f.claimOne(f.worker(), run);
        Usage used = new Usage(1, BigDecimal.ONE, 1);
        assertThatThrownBy(() -> store.checkpoints().save(first.hold(), "late", Json.of(1), 3, used))
                .isInstanceOf(AttemptRevoked.class);
        assertThat(store.tasks().heartbeat(List.of(new TaskStore.Heartbeat(first.hold(), 0.5, "", used))))
                .isEmpty();
        assertThat(usageOf(second)).isEqualTo(Usage.NONE);
    }

    private Usage usageOf(ClaimedTask task) {
        return store.runs().task(task.hold().taskId()).orElseThrow().usage();
    }

    @Test
    void numbers_go_on_after_all_were_deleted() {
        ClaimedTask task = claimed();
        String id = task.hold().taskId();
        store.checkpoints().save(task.hold(), "one", Json.of(1), 3);
        store.checkpoints().save(task.hold(), "two", Json.of(2), 3);
        assertThat(store.checkpoints().delete(id)).isEqualTo(2);
        assertThat(store.checkpoints().load(id)).isEmpty();
        assertThat(store.checkpoints().save(task.hold(), "three", Json.of(3), 3))
                .isEqualTo(3);
    }

    @Test
    void statistics_count_the_bytes_of_the_text() {
        ClaimedTask task = claimed();
        store.checkpoints().save(task.hold(), "a", Json.of("1234"), 5);
        store.checkpoints().save(task.hold(), "b", Json.of("äöü1234567"), 5);
        assertThat(store.checkpoints().stats()).isEqualTo(new CheckpointStore.Stats(2, 21, 10.5));
    }

    @Test
    void data_above_the_limit_is_refused_with_its_size_and_leaves_what_was_there() {
        ClaimedTask task = claimed();
        store.checkpoints().save(task.hold(), "good", Json.of(1), 3);
        Json large = Json.of("x".repeat(CheckpointStore.MAX_BYTES - 1));
        assertThatThrownBy(() -> store.checkpoints().save(task.hold(), "large", large, 3))
                .isInstanceOf(CheckpointTooLarge.class)
                .hasMessageContaining(String.valueOf(CheckpointStore.MAX_BYTES + 1));
        assertThat(store.checkpoints().load(task.hold().taskId()).map(Checkpoint::token))
                .contains("good");
        Json largest = Json.of("x".repeat(CheckpointStore.MAX_BYTES - 2));
        assertThat(store.checkpoints().save(task.hold(), "largest", largest, 3)).isEqualTo(2);
        assertThat(store.checkpoints().load(task.hold().taskId()).map(Checkpoint::data))
                .contains(largest);
    }

    @Test
    void what_cannot_be_stored_becomes_a_replacement_character() {
        ClaimedTask task = claimed();
        store.checkpoints().save(task.hold(), "a\u0000", Json.of("b\u0000"), 3);
        assertThat(store.checkpoints().load(task.hold().taskId()))
                .contains(new Checkpoint(1, "a\uFFFD", Json.of("b\uFFFD")));
    }

    @Test
    void only_the_present_holder_saves() {
        ClaimedTask task = claimed();
        f.handBack(task, Duration.ZERO);
        assertThatThrownBy(() -> store.checkpoints().save(task.hold(), "late", Json.of(1), 3))
                .isInstanceOf(AttemptRevoked.class)
                .hasMessageContaining(task.hold().taskId());
        assertThatThrownBy(() -> store.checkpoints().save(new Hold("task-none", 1), "x", Json.of(1), 3))
                .isInstanceOf(AttemptRevoked.class);
    }

    @Test
    void checkpoints_outlive_their_task() {
        ClaimedTask task = claimed();
        store.checkpoints().save(task.hold(), "good", Json.of(1), 3);
        f.fail(task, "no way");
        assertThat(store.checkpoints().load(task.hold().taskId())).isPresent();
    }

    @Test
    void a_step_is_stored_once_over_all_attempts() {
        Submission run = f.submit(ONE_TASK);
        ClaimedTask first = f.claimOne(f.worker(), run);
        String id = first.hold().taskId();
        assertThat(store.checkpoints().stepResult(id, "fetch")).isEmpty();
        assertThat(store.checkpoints().saveStep(first.hold(), "fetch", Json.of(1)))
                .isEqualTo(Json.of(1));
        assertThat(store.checkpoints().saveStep(first.hold(), "fetch", Json.of(2)))
                .isEqualTo(Json.of(1));
        f.handBack(first, Duration.ZERO);
        ClaimedTask second = f.claimOne(f.worker(), run);
        assertThat(store.checkpoints().stepResult(id, "fetch")).contains(Json.of(1));
        assertThat(store.checkpoints().saveStep(second.hold(), "fetch", Json.of(3)))
                .isEqualTo(Json.of(1));
        assertThat(store.checkpoints().saveStep(second.hold(), "other", Json.of(4)))
                .isEqualTo(Json.of(4));
    }
}
