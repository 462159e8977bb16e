package io.orchestrator.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.run.Failure;
import io.orchestrator.store.Hold;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StopTest {
    private static final Hold HOLD = new Hold("task", 4);
    private static final List<Stop> ALL = List.of(
            new Stop.Revoked(),
            new Stop.Lost(),
            new Stop.Fenced(),
            new Stop.Recalled(),
            new Stop.Shutdown(),
            new Stop.Stuck(new Failure("stuck: no progress", true, Optional.empty())));

    @Test
    void there_is_no_time_for_an_orderly_end_where_the_task_may_be_running_elsewhere() {
        assertThat(ALL.stream().filter(Stop::isAbandonment)).containsExactly(new Stop.Lost(), new Stop.Fenced());
    }

    @Test
    void a_body_that_goes_on_is_told_why_it_may_not() {
        assertThat(ALL.stream()
                        .map(reason -> String.valueOf(reason.revocation(HOLD).getMessage())))
                .satisfiesExactly(
                        revoked -> assertThat(revoked).contains("task task is no longer", "epoch 4"),
                        lost -> assertThat(lost).contains("task task is no longer", "epoch 4"),
                        fenced -> assertThat(fenced).contains("could not renew its lease"),
                        recalled -> assertThat(recalled).contains("was paused"),
                        shutdown -> assertThat(shutdown).contains("this worker stops"),
                        stuck -> assertThat(stuck).contains("it is stuck"));
    }
}
