package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomTest {
    private static final int PART = 1_000_000;

    private final Room room = new Room(8L * 10 * PART);

    @Test
    void what_all_requests_hold_together_is_bounded_and_comes_back() {
        List<Room.Held> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Room.Held one = room.hold();
            one.take(PART / 2);
            one.take(PART / 2);
            held.add(one);
        }
        Room.Held late = room.hold();

        assertThatThrownBy(() -> late.take(PART))
                .isInstanceOfSatisfying(
                        RequestRefused.class, e -> assertThat(e.status()).isEqualTo(503));

        held.getFirst().giveBack();
        held.getFirst().giveBack();
        Room.Held next = room.hold();
        next.take(PART);
        held.forEach(Room.Held::giveBack);
        next.giveBack();
        late.giveBack();
        assertThat(room.taken()).isZero();
    }

    @Test
    void small_requests_and_probes_always_have_room() {
        room.hold().take(10L * PART);

        for (int i = 0; i < 100; i++) {
            room.hold().take(Room.FREE);
            room.holdWithoutBound().take(PART);
        }
    }
}
