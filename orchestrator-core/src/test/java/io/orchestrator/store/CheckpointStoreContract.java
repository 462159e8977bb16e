package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.CheckpointTooLarge;
import io.orchestrator.json.Json;
import java.time.Duration;
import java.util.List;
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
