package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.worker.program.ProgramMessage.Result;
import io.orchestrator.worker.program.ProgramMessage.Slip;
import io.orchestrator.worker.program.ProgramMessage.SubmitChild;
import io.orchestrator.worker.program.ProgramMessage.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageParserTest {
    private static ProgramMessage parse(String line) {
        List<ProgramMessage> messages = MessageParser.parse(line.getBytes(StandardCharsets.UTF_8));
        assertThat(messages).hasSize(1);
        return messages.getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "{", "{\"type\":", "[]", "null", "{}", "{\"type\":7}", "{\"type\":\"other\"}"})
    void what_is_no_message_is_text(String line) {
        assertThat(parse(line)).isEqualTo(new Text(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"heartbeat\",\"progress\":1.5}",
                "{\"type\":\"heartbeat\",\"progress\":-0.1}",
                "{\"type\":\"heartbeat\",\"message\":[]}",
                "{\"type\":\"usage\",\"tokens\":-1}",
                "{\"type\":\"usage\",\"tokens\":1.5}",
                "{\"type\":\"usage\",\"tokens\":1e25}",
                "{\"type\":\"usage\",\"costUsd\":1e999999999}",
                "{\"type\":\"usage\",\"costUsd\":1e-999999999}",
                "{\"type\":\"log\"}",
                "{\"type\":\"child\",\"agent\":\"A\"}",
                "{\"type\":\"child\",\"key\":7,\"agent\":\"A\"}",
                "{\"type\":\"error\",\"message\":1}"
            })
    void a_known_type_with_a_wrong_field_is_a_slip(String line) {
        assertThat(parse(line)).isInstanceOfSatisfying(Slip.class, slip -> {
            assertThat(slip.text()).isEqualTo(line);
            assertThat(slip.reason()).startsWith("field '");
        });
    }

    @Test
    void a_child_has_one_target_and_an_object_for_its_input() {
        assertThat(parse("{\"type\":\"child\",\"key\":\"k\",\"agent\":\"A\",\"input\":{\"n\":1}}"))
                .isEqualTo(new SubmitChild(new ChildSpec("k", "agent", "A", Json.object("n", 1))));
        assertThat(parse("{\"type\":\"child\",\"key\":\"k\",\"tool\":\"T\"}"))
                .isEqualTo(new SubmitChild(new ChildSpec("k", "tool", "T", Json.EMPTY_OBJECT)));
        assertThat(parse("{\"type\":\"child\",\"key\":\"k\"}")).isInstanceOf(Slip.class);
        assertThat(parse("{\"type\":\"child\",\"key\":\"k\",\"agent\":\"A\",\"tool\":\"T\"}"))
                .isInstanceOf(Slip.class);
        assertThat(parse("{\"type\":\"child\",\"key\":\"k\",\"agent\":\"A\",\"input\":[1]}"))
                .isInstanceOf(Slip.class);
    }

    @Test
    void a_result_needs_no_output_and_a_carriage_return_does_no_harm() {
        assertThat(parse("  {\"type\":\"result\"}\r")).isEqualTo(new Result(Json.NULL));
    }
}
