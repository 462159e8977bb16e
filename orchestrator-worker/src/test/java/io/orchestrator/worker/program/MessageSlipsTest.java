package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A line that plainly is a message and has a slip in it is never text: nothing completes by it, and no money is lost. */
class MessageSlipsTest {
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

    static Stream<Arguments> decidingLines() {
        return Stream.concat(
                        Stream.of(
                                        "{'type':'result','output':{'a':1,'a':2}}",
                                        "{'type':'result','output':1,'output':2}",
                                        "{'type':'result','type':'result','output':1}",
                                        "{'type':'result','output':{",
                                        "{'type':'result','output':{'text':'cut off in the mid",
                                        "{'type':'result','output':[1,2",
                                        "{'type':'result'",
                                        "{'type':'result','output':1}}",
                                        "{'type':'result','output':1},",
                                        "{'type':'result','output':1} {'type':'result','output':2}",
                                        "{'type':'result','output':NaN}",
                                        "{'type':'result','output':{'p':Infinity}}",
                                        "{'type':'result','output':-Infinity}",
                                        "{'type':'result','output':undefined}",
                                        "{'type':'result','output':True}",
                                        "{'type':'result','output':None}",
                                        "{'type':'result','output':01}",
                                        "{'type':'result','output':.5}",
                                        "{'type':'result','output':1,}",
                                        "{'type':'result','output':'a\tb'}",
                                        "{'type':'result','output':'\\x41'}",
                                        "{'type':'result' 'output':1}",
                                        "{'output':{'a':1,'a':2},'type':'result'}",
                                        "{'output':[1,2},'type':'result'}",
                                        "{'type':'result','Output':{'ok':true}}",
                                        "{'type':'result','result':'text','is_error':false}",
                                        "{'type':'result','data':{'ok':true}}",
                                        "{'type':'result','output':1e999999999999}",
                                        "{'type':'result','output':0." + "1".repeat(1_200) + "}",
                                        "{'type':'result','output':{'" + "k".repeat(5000) + "':1}}",
                                        "{'type':'result','output':" + "[".repeat(220) + "]".repeat(220) + "}",
                                        "\uFEFF{'type':'result','output':{'a':1,'a':2}}",
                                        " \t{'type':'result','output':{ \t",
                                        "\u001b[32m{'type':'result','output':1,}\u001b[0m",
                                        "{'type':'error','error':'boom'}",
                                        "{'type':'error'}",
                                        "{'type':'error','message':null}",
                                        "{'type':'error','message':{'code':429}}",
                                        "{'type':'error','message':['boom']}",
                                        "{'type':'error','message':7}",
                                        "{'type':'error','message':'boom','message':'bang'}",
                                        "{'type':'error','message':'boom','details':{'a':1,'a':2},'retryable':false}",
                                        "{'type':'error','message':'boom",
                                        "{'type':'error','message':'boom','retryable':True}",
                                        "{'type':'error','message':'boom','retryable':'false'}",
                                        "{'type':'error','message':'boom','retryable':'maybe'}",
                                        "{'type':'error','message':'boom','retryable':0}",
                                        "{'type':'error','message':'boom','retryAfterMs':-5}",
                                        "{'type':'error','message':'boom','retryAfterMs':1500.5}",
                                        "{'type':'error','message':'boom','retryAfterMs':1e30}",
                                        "{'type':'error','message':'boom','retryAfterMs':9223372036854775807}",
                                        "{'type':'error','message':'boom','retryAfterMs':'soon'}",
                                        "{'type':'error','type':'log','message':'boom'}",
                                        "{'type':'log','type':'error','message':'boom'}",
                                        "{'type':'note','type':'error','message':'boom'}",
                                        "{'type':'x','message':'boom','at':{'a':[1,2]},'type':'result','output':1}",
                                        "{'type':'log','message':'half a line{'type':'error','message':'boom'}",
                                        "{'type':'log','message':'x'} and {'type':'error','message':'boom'}",
                                        "{'type':'log','message':'x'},{'type':'error','message':'boom'}",
                                        "{'of':'mine'},{'type':'error','message':'boom'}",
                                        "{'type':'error','message':'boom'}{'type':'result','output':1}",
                                        "{'type':'result','output':1}{'type':'error','message':'boom'}",
                                        "{'type':'result','output':1}{'type':'error','message':'boom",
                                        "{'type':'await_children'} {'type':'result','output':1}",
                                        "{'type':'await_children'",
                                        "{'type':'await_children','type':'await_children'}",
                                        "{'type':'child','agent':'A'}",
                                        "{'type':'child','key':'k'}",
                                        "{'type':'child','key':7,'agent':'A'}",
                                        "{'type':'child','key':'k','agent':'A','tool':'T'}",
                                        "{'type':'child','key':'k','agent':'A','input':[1]}",
                                        "{'type':'child','key':'k','agent':'A','input':{'a':1,'a':2}}",
                                        "{'type':'child','key':'k','agent':'A','input':{")
                                .map(MessageSlipsTest::json),
                        Stream.of(
                                "{'type': 'result', 'output': {'ok': True}}",
                                "{ type: 'result', output: { ok: true } }",
                                "{type:error,message:boom}",
                                "{'type': 'error', 'message': 'boom'}"))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("decidingLines")
    void a_slip_where_it_decides_fails_the_attempt_whatever_comes_later(String line) {
        say(line);
        say(RESULT);
        assertThat(conversation.result()).isEmpty();
        assertThat(conversation.awaitsChildren()).isFalse();
        assertThat(failure().getMessage())
                .contains(
                        Excerpt.of(line).substring(0, Math.min(60, line.strip().length())));
        assertThat(context.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'usage','tokens':'many'}",
                "{'type':'usage','tokens':''}",
                "{'type':'usage','tokens':'5,000'}",
                "{'type':'usage','tokens':'5 000'}",
                "{'type':'usage','tokens':'0x10'}",
                "{'type':'usage','tokens':'-5'}",
                "{'type':'usage','tokens':-1}",
                "{'type':'usage','tokens':1.5}",
                "{'type':'usage','tokens':'1.5'}",
                "{'type':'usage','tokens':true}",
                "{'type':'usage','tokens':[5]}",
                "{'type':'usage','tokens':{'input':3,'output':4}}",
                "{'type':'usage','tokens':1e25}",
                "{'type':'usage','tokens':9223372036854775807}",
                "{'type':'usage','tokens':NaN}",
                "{'type':'usage','tokens':5,'tokens':6}",
                "{'type':'usage','tokens':5",
                "{'type':'usage','tokens':5,}",
                "{'type':'usage','costUsd':-0.01}",
                "{'type':'usage','costUsd':'$0.50'}",
                "{'type':'usage','costUsd':'0,50'}",
                "{'type':'usage','costUsd':'NaN'}",
                "{'type':'usage','costUsd':NaN}",
                "{'type':'usage','costUsd':Infinity}",
                "{'type':'usage','costUsd':1e90}",
                "{'type':'usage','costUsd':1e999999999}",
                "{'type':'usage','costUsd':1e-400}",
                "{'type':'usage','costUsd':'1e999999999'}",
                "{'type':'usage','cost':0.5}",
                "{'type':'usage','tokens':5,'cost':0.5}",
                "{'type':'usage','costUsd':0.5,'total_tokens':5}",
                "{'type':'usage','input_tokens':100,'output_tokens':50}",
                "{'type':'usage','usage':{'tokens':5}}",
                "{'type':'usage','costUsd':0.5,'cost_usd':0.5}",
                "{'type':'usage','costUsd':null,'cost':0.5}",
                "{'type':'usage','tokens':5,'dollars':0.5}",
                "{'type':'usage','tokens':5,'spent':0.5}",
                "{'type':'usage','tokens':5,'costUsd':0,'amount':'0,50 EUR'}",
                "{'type':'usage','tokens':5,'billing':{'total':0.5}}",
                "{'type':'usage','tokens':5,'usage':{'calls':[{'price':[0,0.5]}]}}",
                "{'type':'usage','tokens':0,'input_tokens':100}",
                "{'type':'usage','costUsd':0.5,'usage':{'prompt_tokens':3}}",
                "{'type':'usage','toolMs':-1}",
                "{'type':'usage','toolMs':0.5}"
            })
    void usage_that_is_not_certain_fails_the_attempt_for_good_and_ends_the_program(String line) {
        say("{\"type\":\"usage\",\"tokens\":1}");
        say(json(line));
        say("{\"type\":\"usage\",\"tokens\":2}");
        say(RESULT);
        assertThat(failure().isRetryable()).isFalse();
        assertThat(conversation.mustStop()).isTrue();
        assertThat(conversation.result()).isEmpty();
        assertThat(context.calls).containsExactly("usage 1 0 0", "usage 2 0 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'usage','tokens':'5000','costUsd':'0.5'}|usage 5000 0.5 0",
                "{'type':'usage','tokens':1830.0}|usage 1830 0 0",
                "{'type':'usage','tokens':1e3,'costUsd':1e-9}|usage 1000 1E-9 0",
                "{'type':'usage','tokens':'1e3'}|usage 1000 0 0",
                "{'type':'usage','tokens':' 7 ','toolMs':'3'}|usage 7 0 3",
                "{'type':'usage','cost_usd':0.25,'tool_ms':4,'Tokens':9}|usage 9 0.25 4",
                "{'type':'usage','tokens':5,'input_tokens':3,'output_tokens':2}|usage 5 0 0",
                "{'type':'usage','tokens':null,'costUsd':0.1,'model':'m'}|usage 0 0.1 0",
                "{'type':'usage','tokens':5,'cost':null,'price':0,'model':'m-4'}|usage 5 0 0",
                "{'type':'usage','tokens':5,'costUsd':1,'costs':{'input':0.25,'output':0.75}}|usage 5 1 0",
                "{'type':'usage','tokens':5,'spender':'me','feedback':'good','by':null,'last':true}|usage 5 0 0",
                "{'type':'usage','tokens':1000000000000}|usage 1000000000000 0 0"
            })
    void usage_that_is_certain_is_booked(String line, String booked) {
        say(json(line));
        assertThat(conversation.failure()).isEmpty();
        assertThat(context.calls).containsExactly(booked);
        assertThat(context.slips).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'usage','tokens':5,'requests':3}",
                "{'type':'usage','tokens':5,'sum':'0.50'}",
                "{'type':'usage','tokens':5,'sum':'$0.50'}",
                "{'type':'usage','tokens':5,'units':{'of':[{'something':7}]}}",
                "{'type':'usage','tokens':5,'total_tokens':500}",
                "{'type':'usage','tokens':5,'costUsd':0.1,'cost':0.5}"
            })
    void an_amount_that_nobody_counts_is_told(String line) {
        say(json(line));
        say(json(line));
        assertThat(conversation.failure()).isEmpty();
        assertThat(context.calls).hasSize(2).allMatch(call -> call.startsWith("usage 5 0"));
        assertThat(context.slips).hasSize(1).first().asString().contains("usage: field '", "not counted");
    }

    @Test
    void usage_after_the_result_is_booked_and_a_slip_in_it_fails_the_attempt() {
        say(RESULT);
        say("{\"type\":\"usage\",\"tokens\":5}");
        assertThat(context.calls).containsExactly("usage 5 0 0");
        assertThat(conversation.failure()).isEmpty();
        say("{\"type\":\"usage\",\"tokens\":\"some\"}");
        assertThat(failure().isRetryable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFF{'type':'result','output':'done'}",
                "   {'type':'result','output':'done'}   ",
                "\t{'type':'result','output':'done'}\t\r",
                "\u001b[0m{'type':'result','output':'done'}",
                "\u001b[1;32m {'type':'result','output':'done'} \u001b[0m\r",
                "{'type':'result','output':'done','extra':2}"
            })
    void what_stands_around_a_message_means_nothing(String line) {
        say(json(line));
        assertThat(conversation.result()).contains(Json.of("done"));
        assertThat(context.slips).isEmpty();
    }

    @Test
    void the_reason_names_the_limit_the_line_and_what_was_expected() {
        say("{\"type\":\"result\",\"output\":" + "[".repeat(220) + "]".repeat(220) + "}");
        assertThat(failure())
                .hasMessageContaining("agent 'Lister' sent a message of type 'result' with a slip in it")
                .hasMessageContaining("200")
                .hasMessageContaining("The line: {\"type\":\"result\",\"output\":[[[");
        assertThat(failure().isRetryable()).isTrue();
        assertThat(failure().getMessage()).hasSizeLessThan(700);
    }

    @Test
    void an_error_keeps_what_is_certain_in_it() {
        say(json("{'type':'error','message':'boom','retryable':'false','retryAfterMs':'2000'}"));
        assertThat(failure()).hasMessageStartingWith("boom\n").hasMessageContaining("must be true or false");
        assertThat(failure().isRetryable()).isFalse();
    }

    @Test
    void an_errors_wait_may_be_in_quotes() {
        say(json("{'type':'error','message':'busy','retryAfterMs':'2000'}"));
        assertThat(failure()).hasMessage("busy");
        assertThat(failure().retryAfter()).contains(Duration.ofSeconds(2));
    }

    @Test
    void a_checkpoint_is_saved_whatever_its_name_is() {
        say(json("{'type':'checkpoint','token':5,'data':{'at':1}}"));
        say(json("{'type':'checkpoint','data':{'at':2}}"));
        assertThat(context.calls).containsExactly("checkpoint 5 {\"at\":1}", "checkpoint unnamed {\"at\":2}");
        assertThat(context.slips).hasSize(1).first().asString().startsWith("checkpoint: field 'token'");
        say(json("{'type':'checkpoint','token':'" + "long ".repeat(101) + "','data':{'at':3}}"));
        assertThat(context.calls)
                .hasSize(3)
                .last()
                .asString()
                .startsWith("checkpoint long long ")
                .endsWith("{\"at\":3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e2000", "[[1e2000]]", "NaN"})
    void a_checkpoint_beyond_a_limit_is_told_and_the_attempt_goes_on(String data) {
        say(json("{'type':'checkpoint','token':'t','data':" + data + "}"));
        say(RESULT);
        assertThat(context.calls).isEmpty();
        assertThat(context.slips).hasSize(1);
        assertThat(conversation.failure()).isEmpty();
        assertThat(conversation.result()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'checkpoint','token':'t','data':NaN}",
                "{'type':'checkpoint','token':'t','data':{",
                "{'type':'heartbeat','progress':1.7}",
                "{'type':'heartbeat','progress':-1}",
                "{'type':'heartbeat','message':[]}",
                "{'type':'heartbeat','progress':50%}",
                "{'type':'log'}",
                "{'type':'log','message':7}",
                "{'type':'Result','output':1}",
                "{'type':'RESULT','output':1}",
                "{'type':'results','output':1}",
                "{'type':'reslut','output':1}",
                "{'type':'errors','message':'boom'}",
                "{'type':'Error','message':'boom'}",
                "{'Type':'error','Message':'boom'}",
                "{'type':'usages','tokens':5}",
                "{'type':'awaitChildren'}",
                "{'type':'check-point'}",
                "[{'type':'result','output':1}]",
                "done: {'type':'result','output':1}",
                "  'type': 'error',"
            })
    void other_slips_and_near_misses_are_told_once_for_each_type(String line) {
        say(json(line));
        say(json(line));
        assertThat(conversation.isDecided()).isFalse();
        assertThat(context.slips).hasSize(1);
        assertThat(context.calls).isEmpty();
        assertThat(context.logs).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'event','message':'x'}",
                "{'type':7}",
                "{'type':['result']}",
                "{'level':'info','event':{'type':'error'}}",
                "{'type':'assistant','message':{'type':'result'}}",
                "the type of the result",
                "{",
                "{}",
                "{'no':'type'",
                "{\u0000}"
            })
    void what_is_no_message_is_text(String line) {
        say(json(line));
        assertThat(context.slips).isEmpty();
        assertThat(conversation.isDecided()).isFalse();
        assertThat(context.calls).isEmpty();
    }

    @Test
    void an_attempt_that_fails_for_a_slip_still_saves_its_checkpoint() {
        say(json("{'type':'usage','tokens':'?'}"));
        say(json("{'type':'checkpoint','token':'last'}"));
        assertThat(context.calls).isEqualTo(List.of("checkpoint last null"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\ud83d", "\\ude00"})
    void a_name_that_cannot_be_stored_is_mended_or_refused_here_with_its_place(String bad) {
        say(json("{'type':'checkpoint','token':'t','data':{'in':{'a" + bad + "':1}}}"));
        assertThat(context.calls).containsExactly(json("checkpoint t {'in':{'a\uFFFD':1}}"));
        say(json("{'of':'mine','" + bad + "':'" + bad + "'}{'type':'log','message':'" + bad + "'}"));
        assertThat(context.logs).contains("\uFFFD");
        String twins = "{'in':[{'a\uFFFD':1,'a" + bad + "':2}]}";
        say(json("{'type':'checkpoint','token':'t','data':" + twins + "}"));
        assertThat(context.calls).hasSize(1);
        assertThat(context.slips).hasSize(1).first().asString().contains("a field's name", "at /in/0/a" + bad);
        say(json("{'type':'result','output':" + twins + "}"));
        assertThat(failure()).hasMessageContaining("a field's name").hasMessageContaining("at /in/0/a" + bad + ".");
    }
}
