package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.BudgetExhausted;
import io.orchestrator.json.Json;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that forgets an end of line, or whose threads write at once, loses neither a failure nor money. */
class MessagesOnOneLineTest {
    private static final String RESULT = "{\"type\":\"result\",\"output\":\"done\"}";

    private final RecordingContext context = new RecordingContext();
    private final Conversation conversation = new Conversation("Lister", context);

    private void say(String line) {
        conversation.stdout(line.getBytes(StandardCharsets.UTF_8));
    }

    private AgentFailure failure() {
        return conversation.failure().orElseThrow(() -> new AssertionError("no failure, and the logs " + context.logs));
    }

    /** Written with single quotes, for reading. */
    private static String json(String line) {
        return line.replace('\'', '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t \t", "\r"})
    void messages_on_one_line_are_each_read(String between) {
        say(String.join(
                between,
                json("{'type':'usage','tokens':5}"),
                json("{'type':'checkpoint','token':'t','data':{'at':[1]}}"),
                json("{'of':'mine','type':'note'}"),
                json("{'type':'log','message':'hello'}"),
                json("{'type':'usage','costUsd':'0.5'}"),
                RESULT,
                json("{'type':'usage','toolMs':3}")));
        assertThat(context.calls)
                .containsExactly("usage 5 0 0", "checkpoint t {\"at\":[1]}", "usage 0 0.5 0", "usage 0 0 3");
        assertThat(conversation.failure()).isEmpty();
        assertThat(conversation.result()).contains(Json.of("done"));
        assertThat(conversation.collectedText()).isEqualTo(Json.of(json("{'of':'mine','type':'note'}")));
        assertThat(context.logs).contains("hello");
        assertThat(context.slips).isEmpty();
    }

    @Test
    void what_is_certain_on_a_line_counts_and_what_is_not_fails_the_attempt() {
        say(json("{'type':'usage','tokens':5}{'type':'usage','tokens':6}{'type':'result','output':{"));
        assertThat(context.calls).containsExactly("usage 5 0 0", "usage 6 0 0");
        assertThat(failure())
                .hasMessageContaining("type 'result'")
                .hasMessageContaining("The line: {\"type\":\"result\"");
        assertThat(failure().isRetryable()).isTrue();
    }

    @Test
    void a_line_that_begins_as_no_message_may_go_on_as_one() {
        say(json("{'of':'mine'}{'type':'error','message':'boom'"));
        assertThat(failure()).hasMessageContaining("type 'error'").hasMessageContaining("boom");
    }

    @Test
    void money_behind_a_message_at_which_the_attempt_ends_is_booked() {
        context.onHeartbeat = () -> {
            throw new BudgetExhausted("no more");
        };
        String line = json("{'type':'heartbeat'}{'type':'usage','tokens':5}");
        assertThatThrownBy(() -> say(line)).isInstanceOf(BudgetExhausted.class);
        conversation.ended(true);
        conversation.hearRest();
        assertThat(context.calls).containsExactly("usage 5 0 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'log','message':'a','type':'usage','tokens':5}",
                "{'type':'usage','type':'log','message':'a','tokens':5}",
                "{'type':'heartbeat'} {'type':'usage','tokens':5",
                "{'type':'heartbeat'}, {'type':'usage','tokens':5}",
                "{'type':'checkpoint','token':'x','data':'cut{'type':'usage','tokens':5}"
            })
    void usage_is_not_lost_for_what_stands_beside_it_on_its_line(String line) {
        say(json(line));
        say(RESULT);
        assertThat(failure().isRetryable()).isFalse();
        assertThat(conversation.mustStop()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'error','message':'boom','retryable':false}{'type':'result','output':1}",
                "{'type':'error','message':'boom','retryable':false}}",
                "{'type': 'error', 'message': 'boom', 'retryable': False}"
            })
    void a_denied_retry_is_kept_whatever_the_slip(String line) {
        say(line.contains("False") ? line : json(line));
        assertThat(failure().isRetryable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{'a':1}{'b':2}", "{} {} {}", "{'type':'note'}{'type':'other'}", "{'a':1} {'b':", "{'a':1} 2"})
    void several_objects_that_are_no_messages_are_one_line_of_text(String line) {
        say(json(line));
        assertThat(conversation.collectedText()).isEqualTo(Json.of(json(line)));
        assertThat(context.slips).isEmpty();
    }

    /** Bytes and the thread's own time, of which a busy machine has as much as another. */
    @Test
    void a_line_of_a_hundred_thousand_objects_costs_no_more_than_its_length() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long began = threads.getCurrentThreadCpuTime();
        say("{}".repeat(100_000));
        say("{\"type\":\"log\",\"message\":\"m\"}".repeat(100_000));
        say("{\"a\":1,".repeat(100_000));
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2L * 1024 * 1024 * 1024);
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - began)).isLessThan(Duration.ofSeconds(15));
        assertThat(context.logs).hasSize(100_002);
    }
}
