package io.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A run that is to start later waits for its instant, whoever asks. */
class LaterStartTest {
    private static RunSnapshot pending(Optional<StageState> ending) {
        return new RunSnapshot("run-1", StageState.PENDING, ending, List.of());
    }

    @Test
    void nothing_of_it_happens_before() {
        assertThat(RunDecisions.next(pending(Optional.empty()))).isEmpty();
    }

    @Test
    void a_cancel_does_not_wait() {
        assertThat(RunDecisions.next(pending(Optional.of(StageState.CANCELLED))))
                .contains(new Move.EndRun(StageState.CANCELLED));
    }
}
