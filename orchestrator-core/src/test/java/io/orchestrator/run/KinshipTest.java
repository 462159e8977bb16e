package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class KinshipTest {
    @Test
    void an_id_tells_who_its_parent_is() {
        String child = Kinship.childId("task-0a", 12);
        assertThat(Kinship.parentOf(child)).contains("task-0a");
        assertThat(Kinship.parentOf(Kinship.childId(child, 1))).contains(child);
        assertThat(Kinship.parentOf("task-0a")).isEmpty();
        assertThat(Kinship.isChild(child)).isTrue();
        assertThat(Kinship.isChild("task-0a")).isFalse();
    }

    @Test
    void ids_sort_ancestors_first() {
        String parent = "task-0a";
        String child = Kinship.childId(parent, 9);
        String grandchild = Kinship.childId(child, 10);
        assertThat(Stream.of(grandchild, child, parent).sorted()).containsExactly(parent, child, grandchild);
    }

    @Test
    void descendants_are_told_from_the_children_of_others() {
        String prefix = Kinship.descendantsOf(Kinship.childId("task-0a", 1));
        assertThat(List.of("task-0a.1.7", "task-0a.1.7.2")).allMatch(id -> id.startsWith(prefix));
        assertThat(List.of("task-0a.1", "task-0a.10", "task-0a.10.1", "task-0a.2"))
                .noneMatch(id -> id.startsWith(prefix));
    }

    @Test
    void the_last_child_and_the_last_generation_are_still_allowed() {
        assertThat(Kinship.refusal("task-0a", Kinship.MOST_CHILDREN - 1)).isEmpty();
        assertThat(Kinship.refusal("task-0a", Kinship.MOST_CHILDREN).orElseThrow())
                .contains("has 10000 children, which is the most");
        assertThat(Kinship.refusal("task-0a.1.1.1.1", 0)).isEmpty();
        assertThat(Kinship.refusal("task-0a.1.1.1.1.1", 0).orElseThrow()).contains("5 generations below the plan");
    }

    @Test
    void who_has_nothing_to_wait_for_goes_straight_on() {
        assertThat(Kinship.afterAwait(1)).isEqualTo(TaskState.WAITING);
        assertThat(Kinship.afterAwait(0)).isEqualTo(TaskState.QUEUED);
    }
}
