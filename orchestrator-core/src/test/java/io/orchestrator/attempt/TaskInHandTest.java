package io.orchestrator.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.Usage;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.json.Json;
import io.orchestrator.plan.StuckRules;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TaskInHandTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void an_agents_own_rules_go_before_the_plans_and_a_child_that_is_not_in_the_plan_has_the_plans() {
        assertThat(SampleTask.of("Own").inHand().retry().maxAttempts()).isEqualTo(2);
        assertThat(SampleTask.of("Plain").inHand().retry().maxAttempts()).isEqualTo(3);
        assertThat(SampleTask.of("child").inHand().retry().maxAttempts()).isEqualTo(3);
        assertThat(SampleTask.of("Own").inHand().stuckRules().isOn()).isTrue();
        assertThat(SampleTask.of("child").inHand().stuckRules()).isEqualTo(StuckRules.OFF);
    }

    @Test
    void a_tasks_own_input_lies_over_that_of_its_phase() {
        assertThat(SampleTask.of("Plain").inHand().input()).isEqualTo(Json.object("file", "of the task", "depth", 3));
    }

    @Test
    void a_fallback_is_told_what_it_takes_over_and_has_steps_of_its_own() {
        TaskInHand fallback =
                SampleTask.of("Plain").fellBack("Plain", "it broke").inHand();
        assertThat(fallback.input().get("fellBack")).contains(Json.object("from", "Plain", "error", "it broke"));
        assertThat(fallback.step("pay")).isEqualTo("Other/pay");
        assertThat(fallback.stepKey("pay")).isEqualTo("run/task/Other/pay");
        TaskInHand first = SampleTask.of("Plain").inHand();
        assertThat(first.step("pay")).isEqualTo("pay");
        assertThat(first.stepKey("pay")).isEqualTo("run/task/pay");
    }

    @Test
    void a_step_has_a_name_because_all_that_have_none_would_share_one_result() {
        TaskInHand task = SampleTask.of("Plain").inHand();
        assertThatThrownBy(() -> task.step("")).hasMessageStartingWith("the name of a step is blank");
        assertThatThrownBy(() -> task.stepKey(" ")).hasMessageStartingWith("the name of a step is blank");
    }

    @Test
    void a_body_that_would_wait_for_nothing_is_told_so() {
        TaskInHand done = SampleTask.of("Plain").inHand();
        assertThatThrownBy(() -> done.awaitChildren(false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nothing to wait for: 2 children had ended");
        assertThat(done.awaitChildren(true)).hasMessageContaining("task waits");
        assertThat(SampleTask.of("Plain").openChildren(1).inHand().awaitChildren(false))
                .hasMessageContaining("task waits");
    }

    @Test
    void a_notice_to_wrap_up_tells_what_is_left_and_never_less_than_nothing() {
        Usage used = new Usage(70, new BigDecimal("2.50"), 0);
        Instant by = NOW.plusSeconds(600);
        TaskInHand tight = SampleTask.of("Plain")
                .budget(Json.object("tokens", 100, "usd", 2))
                .inHand();
        assertThat(tight.wrapUp(by, NOW, used))
                .isEqualTo(new WrapUp(by, Duration.ofMinutes(10), OptionalLong.of(30), Optional.of(BigDecimal.ZERO)));
        assertThat(SampleTask.of("Plain").inHand().wrapUp(by, NOW, used))
                .isEqualTo(new WrapUp(by, Duration.ofMinutes(10), OptionalLong.empty(), Optional.empty()));
    }
}
