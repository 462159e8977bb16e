package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.orchestrator.json.Json;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdempotenceKeyTest {
    @Test
    void the_same_work_has_the_same_key_however_its_input_is_written() {
        String key = IdempotenceKey.generate("INTAKE", Json.parse("{\"a\": 1, \"b\": [1.0, \"é\"]}"), "v1");
        assertThat(key)
                .isEqualTo(IdempotenceKey.generate("INTAKE", Json.parse("{\"b\":[1,\"\\u00e9\"],\"a\":10e-1}"), "v1"))
                .isEqualTo("1653da9733f6e84244036d19e8af6cf83fc5342e659991cddfd8c105bbb3fc72");
    }

    @Test
    @SuppressWarnings("NullAway") // as code that is not checked for nulls calls it
    void a_key_that_all_would_share_who_have_none_is_refused() {
        assertThat(IdempotenceKey.required("the key", "k")).isEqualTo("k");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdempotenceKey.required("the key", null))
                .withMessageStartingWith("the key is null; expected some text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdempotenceKey.required("the key", " "))
                .withMessageStartingWith("the key is blank; expected some text");
    }

    @Test
    void other_work_has_another_key() {
        Json input = Json.object("a", 1);
        assertThat(Set.of(
                        IdempotenceKey.generate("INTAKE", input, "v1"),
                        IdempotenceKey.generate("REPORT", input, "v1"),
                        IdempotenceKey.generate("INTAKE", input, "v2"),
                        IdempotenceKey.generate("INTAKE", Json.object("a", 2), "v1"),
                        IdempotenceKey.generate("INTAKE", Json.object("a", "1"), "v1")))
                .hasSize(5);
    }
}
