package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KillLoopTest {
    private static final Look NOTHING = new Look(List.of(), true);
    private static final Look PERHAPS_NOTHING = new Look(List.of(), false);
    /** Its pid is larger than any system gives away. */
    private static final Look ONE =
            new Look(List.of(new ProcessEntry(999_999_999, 1, 0, 0, 1, ProcessEntry.State.GOES_ON)), true);

    private int looksTaken;

    private boolean run(Duration patience, Look last, Look... looks) {
        looksTaken = 0;
        KillLoop loop = new KillLoop(
                new ProcessTable(new JavaProcesses()),
                round -> {
                    looksTaken++;
                    return round < looks.length ? looks[round] : last;
                },
                process -> false);
        return loop.run(patience);
    }

    @Test
    void one_empty_look_is_not_enough_because_a_process_may_have_slipped_through() {
        assertThat(run(Duration.ofHours(1), NOTHING, ONE, ONE, NOTHING, ONE, NOTHING))
                .isTrue();
        assertThat(looksTaken).isEqualTo(6);
    }

    @Test
    void looks_that_may_have_missed_something_count_less() {
        assertThat(run(Duration.ofHours(1), PERHAPS_NOTHING, ONE)).isTrue();
        assertThat(looksTaken).isEqualTo(11);
    }

    @Test
    void what_never_ends_is_given_up_and_said_so() {
        assertThat(run(Duration.ofMillis(20), ONE)).isFalse();
    }
}
