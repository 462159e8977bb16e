package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.worker.program.ProcessEntry.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class StillnessTest {
    private final Stillness stillness = new Stillness();

    private static ProcessEntry process(long pid, State state) {
        return new ProcessEntry(pid, pid - 1, 1, 1, 100, state);
    }

    private List<Long> toStop(ProcessEntry... seen) {
        return pids(stillness.toStop(new Look(List.of(seen), true)));
    }

    private List<Long> toContinue(ProcessEntry... seen) {
        return pids(stillness.toContinue(new Look(List.of(seen), true)));
    }

    private static List<Long> pids(List<ProcessEntry> processes) {
        return processes.stream().map(ProcessEntry::pid).toList();
    }

    @Test
    void parents_are_stopped_first_and_go_on_last() {
        assertThat(toStop(process(3, State.GOES_ON), process(2, State.GOES_ON))).containsExactly(2L, 3L);
        assertThat(toContinue(process(2, State.STOPPED), process(3, State.STOPPED)))
                .containsExactly(3L, 2L);
    }

    @Test
    void it_is_reached_when_ten_looks_in_a_row_find_nothing_that_goes_on() {
        assertThat(toStop(process(2, State.GOES_ON))).containsExactly(2L);
        for (int look = 0; look < 9; look++) {
            assertThat(toStop(process(2, State.STOPPED))).isEmpty();
        }
        assertThat(toStop(process(2, State.STOPPED), process(3, State.GOES_ON))).containsExactly(3L);
        for (int look = 0; look < 9; look++) {
            assertThat(toStop(process(2, State.STOPPED), process(3, State.STOPPED)))
                    .isEmpty();
        }
        assertThat(stillness.isReached()).isFalse();
        assertThat(toStop(process(2, State.STOPPED), process(3, State.STOPPED))).isEmpty();
        assertThat(stillness.isReached()).isTrue();
    }

    @Test
    void where_nothing_had_to_be_stopped_two_looks_are_enough() {
        assertThat(toStop(process(2, State.GOES_ON))).containsExactly(2L);
        stillness.again();
        assertThat(toStop(process(2, State.STOPPED))).isEmpty();
        assertThat(stillness.isReached()).isFalse();
        assertThat(toStop(process(2, State.STOPPED))).isEmpty();
        assertThat(stillness.isReached()).isTrue();
    }

    @Test
    void looks_from_which_something_may_have_slipped_count_less() {
        for (int look = 0; look < 9; look++) {
            stillness.toStop(new Look(List.of(), false));
        }
        assertThat(stillness.isReached()).isFalse();
        stillness.toStop(new Look(List.of(), false));
        assertThat(stillness.isReached()).isTrue();
    }

    @Test
    void what_cannot_show_that_it_stands_still_is_signalled_once() {
        assertThat(toStop(process(2, State.UNTOLD))).containsExactly(2L);
        assertThat(toStop(process(2, State.UNTOLD))).isEmpty();
        assertThat(toStop(process(2, State.GOES_ON))).containsExactly(2L);
    }

    @Test
    void what_the_program_itself_had_stopped_stays_stopped_unless_it_went_on_meanwhile() {
        assertThat(toStop(process(2, State.GOES_ON), process(3, State.STOPPED), process(4, State.STOPPED)))
                .containsExactly(2L);
        assertThat(toStop(process(2, State.STOPPED), process(3, State.GOES_ON), process(4, State.STOPPED)))
                .containsExactly(3L);
        assertThat(toContinue(process(2, State.STOPPED), process(3, State.STOPPED), process(4, State.STOPPED)))
                .containsExactly(3L, 2L);
    }

    @Test
    void what_may_still_have_to_take_the_signal_that_stops_it_is_continued_too() {
        assertThat(toStop(process(2, State.UNTOLD), process(3, State.GOES_ON))).containsExactly(2L, 3L);
        assertThat(toContinue(process(2, State.UNTOLD), process(3, State.STOPPED)))
                .containsExactly(3L, 2L);
        assertThat(toContinue(process(2, State.UNTOLD), process(3, State.GOES_ON)))
                .isEmpty();
        assertThat(toContinue(process(2, State.STOPPED), process(3, State.GOES_ON)))
                .containsExactly(2L);
    }

    @Test
    void what_ended_meanwhile_is_left_alone() {
        assertThat(toStop(process(2, State.ENDED))).isEmpty();
        assertThat(toContinue(process(2, State.ENDED))).isEmpty();
    }
}
