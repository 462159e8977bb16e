package io.orchestrator.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StackStateTest {
    private static final StackState BOTH = StackState.NONE
            .with("redis", new RunningServer(new ProcessIdentity(12, "345@boot/pid:[1]"), 6379))
            .with("postgres", new RunningServer(new ProcessIdentity(13, "678@boot/pid:[1]"), 5432));

    @Test
    void what_is_written_is_read_again() {
        assertThat(StackState.parse(BOTH.toJson())).isEqualTo(BOTH);
        assertThat(StackState.parse(StackState.NONE.toJson())).isEqualTo(StackState.NONE);
    }

    @Test
    void text_that_is_not_a_state_says_that_nothing_is_known() {
        assertThat(StackState.parse("")).isEqualTo(StackState.NONE);
        assertThat(StackState.parse(BOTH.toJson().substring(0, 20))).isEqualTo(StackState.NONE);
        assertThat(StackState.parse("{\"redis\": {\"pid\": \"x\"}}")).isEqualTo(StackState.NONE);
    }
}
