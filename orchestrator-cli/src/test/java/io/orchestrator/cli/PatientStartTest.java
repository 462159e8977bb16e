package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PatientStartTest {
    private final Interruption interruption = new Interruption();
    private final List<String> told = new ArrayList<>();
    private long nanos;
    private int calls;
    private final PatientStart start = new PatientStart(interruption, () -> nanos, told::add);

    private Supplier<String> failing(int times, ExitCode code) {
        return () -> {
            calls++;
            if (calls <= times) {
                throw new Refusal("no answer " + calls + ".", code, new IllegalStateException());
            }
            return "open";
        };
    }

    @Test
    void servers_that_do_not_answer_yet_are_waited_for_and_that_is_told_once() throws Exception {
        assertThat(start.open(failing(2, ExitCode.UNREACHABLE))).contains("open");
        assertThat(told).containsExactly("no answer 1. Trying again for 5 minutes.", "the servers answer; starting");
    }

    @Test
    void servers_that_answer_at_once_are_not_told_of() throws Exception {
        assertThat(start.open(failing(0, ExitCode.UNREACHABLE))).contains("open");
        assertThat(told).isEmpty();
    }

    @Test
    void what_is_set_up_wrong_is_not_waited_for() {
        assertThatThrownBy(() -> start.open(failing(2, ExitCode.UNUSABLE))).hasMessage("no answer 1.");
        assertThat(calls).isEqualTo(1);
    }

    @Test
    void after_five_minutes_the_last_reason_is_told() {
        assertThatThrownBy(() -> start.open(() -> {
                    nanos += Duration.ofMinutes(5).toNanos();
                    return failing(2, ExitCode.UNREACHABLE).get();
                }))
                .hasMessage("no answer 1.");
    }

    @Test
    void whoever_wants_it_to_end_meanwhile_is_obeyed() throws Exception {
        assertThat(start.open(() -> {
                    interruption.request();
                    return failing(9, ExitCode.UNREACHABLE).get();
                }))
                .isEmpty();
    }
}
