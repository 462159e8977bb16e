package io.orchestrator.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.AgentFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** A failure in one sentence. */
class ReasonsTest {
    @Test
    void what_nothing_provides_for_keeps_its_class_and_its_words() {
        assertThat(Reasons.ofUnforeseen(new IllegalStateException("boom")))
                .isEqualTo("java.lang.IllegalStateException: boom");
        assertThat(Reasons.ofUnforeseen(new NullPointerException(null))).isEqualTo("java.lang.NullPointerException");
    }

    @Test
    void the_root_cause_is_named_and_what_lies_between_is_left_to_the_log() {
        Exception root = new IOException("connection reset");
        Exception between = new IllegalArgumentException("between", root);
        assertThat(Reasons.ofUnforeseen(new IllegalStateException("cannot ask", between)))
                .isEqualTo(
                        "java.lang.IllegalStateException: cannot ask; caused by java.io.IOException: connection reset");
    }

    @Test
    void a_cause_that_is_in_the_words_already_is_not_repeated() {
        assertThat(Reasons.ofUnforeseen(new RuntimeException(new IOException("reset"))))
                .isEqualTo("java.lang.RuntimeException: java.io.IOException: reset");
    }

    @Test
    void a_failure_that_was_meant_has_its_own_words_first() {
        assertThat(Reasons.of(AgentFailure.permanent("no such page"))).isEqualTo("no such page");
        assertThat(Reasons.of(AgentFailure.permanent(" ")))
                .isEqualTo("it failed, and the message that says why is empty");
        assertThat(Reasons.of(AgentFailure.retryable("the site is down").causedBy(new IOException("timeout"))))
                .isEqualTo("the site is down; caused by java.io.IOException: timeout");
    }

    @Test
    void causes_that_go_in_a_circle_come_to_an_end() {
        IOException root = new IOException("x");
        Exception one = new IllegalStateException("one", new UncheckedIOException("two", root));
        root.initCause(one);
        assertThat(Reasons.ofUnforeseen(one)).startsWith("java.lang.IllegalStateException: one");
    }
}
