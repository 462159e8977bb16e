package io.orchestrator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.plan.Priority;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaneOrderTest {
    private final LaneOrder order = new LaneOrder();

    @Test
    void everyEighthReadBeginsWithALowerLaneAndTheyTakeTurns() {
        List<Priority> first = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            assertThat(order.next()).containsExactlyInAnyOrder(Priority.values());
            first.add(order.next().getFirst());
            order.broughtTickets();
        }

        Map<Priority, Integer> expected = new EnumMap<>(Priority.class);
        expected.put(Priority.CRITICAL, 42);
        expected.put(Priority.HIGH, 2);
        expected.put(Priority.NORMAL, 2);
        expected.put(Priority.LOW, 2);
        Map<Priority, Integer> counted = new EnumMap<>(Priority.class);
        first.forEach(lane -> counted.merge(lane, 1, Integer::sum));
        assertThat(counted).isEqualTo(expected);
        assertThat(first.get(7)).isEqualTo(Priority.HIGH);
        assertThat(first.get(15)).isEqualTo(Priority.NORMAL);
        assertThat(first.get(23)).isEqualTo(Priority.LOW);
    }

    @Test
    void aLowerLaneThatComesFirstIsFollowedByTheOthersHighestFirst() {
        for (int i = 0; i < 23; i++) {
            order.broughtTickets();
        }
        assertThat(order.next()).containsExactly(Priority.LOW, Priority.CRITICAL, Priority.HIGH, Priority.NORMAL);
    }

    @Test
    void readsThatBringNothingDoNotCount() {
        for (int i = 0; i < 100; i++) {
            assertThat(order.next()).containsExactly(Priority.values());
        }
    }
}
