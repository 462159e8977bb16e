package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.orchestrator.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLogLinesTest {
    private final JsonLogLines lines = new JsonLogLines();

    private static LoggingEvent event(String message, @Nullable Throwable failure) {
        LoggerContext logback = new LoggerContext();
        LoggingEvent event = new LoggingEvent(
                "caller", logback.getLogger("io.orchestrator.X"), Level.WARN, message, failure, new Object[] {1});
        event.setMDCPropertyMap(Map.of("run", "run-1", "task", "task-2", "attempt", "3"));
        return event;
    }

    private String text(LoggingEvent event) {
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void a_line_names_when_where_what_and_for_which_attempt() {
        Json line = Json.parse(text(event("it is {}", null)));
        assertThat(line.fields().keySet())
                .containsExactlyInAnyOrder(
                        "timestamp", "level", "logger", "thread", "message", "run", "task", "attempt");
        assertThat(line.text("message")).contains("it is 1");
        assertThat(line.text("level")).contains("WARN");
        assertThat(line.text("logger")).contains("io.orchestrator.X");
        assertThat(line.text("run")).contains("run-1");
        assertThat(line.text("timestamp").orElseThrow()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    }

    @Test
    void a_failure_is_one_field_with_its_trace_and_its_causes_and_the_line_stays_one_line() {
        String text = text(event("a\nb", new IllegalStateException("outer", new IllegalArgumentException("inner"))));
        assertThat(text).endsWith("\n").containsOnlyOnce("\n");
        assertThat(Json.parse(text).text("error").orElseThrow())
                .contains(
                        "IllegalStateException: outer",
                        "\tat ",
                        "Caused by: java.lang.IllegalArgumentException: inner");
    }

    @Test
    void what_a_message_brings_along_stands_beside_it() {
        LoggingEvent event = event("x", null);
        event.addKeyValuePair(new KeyValuePair("task", "task-9"));
        assertThat(Json.parse(text(event)).text("task")).contains("task-9");
    }
}
