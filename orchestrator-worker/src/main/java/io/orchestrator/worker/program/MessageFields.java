package io.orchestrator.worker.program;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** The fields of a message, each read as what it must be. A field that is JSON null counts as left out. */
final class MessageFields {
    /** Beyond these a number is a slip or an attack: writing it out would take gigabytes. */
    private static final int MAX_EXPONENT = 30;

    /** A field that is missing, or is not what it must be. */
    static final class WrongField extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        WrongField(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        @Override
        public String getMessage() {
            return reason;
        }
    }

    private final Json message;

    MessageFields(Json message) {
        this.message = message;
    }

    Json any(String name) {
        return message.get(name).orElse(Json.NULL);
    }

    String text(String name) {
        return optionalText(name).orElseThrow(() -> new WrongField("field '" + name + "' is missing"));
    }

    String text(String name, String otherwise) {
        return optionalText(name).orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        return message.get(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw wrong(name, "true or false", value);
                    }
                    return value.asBoolean();
                })
                .orElse(otherwise);
    }

    /** A whole number from 0, also when written as {@code 12.0}. */
    long count(String name, long otherwise) {
        return message.get(name)
                .map(value -> wholeNumber(value).orElseThrow(() -> wrong(name, "a whole number of at least 0", value)))
                .orElse(otherwise);
    }

    BigDecimal amount(String name, BigDecimal otherwise) {
        return message.get(name)
                .map(value ->
                        number(value).orElseThrow(() -> wrong(name, "a number of at least 0 and of sane size", value)))
                .orElse(otherwise);
    }

    Optional<Double> fraction(String name) {
        return message.get(name)
                .map(value -> number(value)
                        .map(BigDecimal::doubleValue)
                        .filter(fraction -> fraction <= 1)
                        .orElseThrow(() -> wrong(name, "a number from 0 to 1", value)));
    }

    /** A child's target stands in a field that is named by its type. */
    ChildSpec child() {
        Optional<String> agent = optionalText("agent");
        Optional<String> tool = optionalText("tool");
        if (agent.isPresent() == tool.isPresent()) {
            throw new WrongField("one of the fields 'agent' and 'tool' must be there");
        }
        Json input = message.get("input").orElse(Json.EMPTY_OBJECT);
        try {
            return new ChildSpec(
                    text("key"),
                    agent.isPresent() ? "agent" : "tool",
                    agent.or(() -> tool).orElseThrow(),
                    input);
        } catch (IllegalArgumentException e) {
            throw new WrongField(String.valueOf(e.getMessage()));
        }
    }

    /** Of a log message. A level of another name, as other languages have them, is no reason to lose what is said. */
    LogLevel level() {
        return message.get("level")
                .filter(Json::isText)
                .flatMap(level -> switch (level.asText().toLowerCase(Locale.ROOT)) {
                    case "trace" -> Optional.of(LogLevel.DEBUG);
                    case "warning" -> Optional.of(LogLevel.WARN);
                    case "critical", "fatal" -> Optional.of(LogLevel.ERROR);
                    default -> LogLevel.of(level.asText());
                })
                .orElse(LogLevel.INFO);
    }

    private Optional<String> optionalText(String name) {
        return message.get(name).map(value -> {
            if (!value.isText()) {
                throw wrong(name, "a string", value);
            }
            return value.asText();
        });
    }

    private static Optional<Long> wholeNumber(Json value) {
        try {
            return number(value).map(BigDecimal::longValueExact);
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<BigDecimal> number(Json value) {
        if (!value.isNumber()) {
            return Optional.empty();
        }
        BigDecimal number = value.asDecimal();
        boolean sane = Math.abs((long) number.scale()) <= MAX_EXPONENT && number.signum() >= 0;
        return sane ? Optional.of(number) : Optional.empty();
    }

    private static WrongField wrong(String name, String expected, Json found) {
        return new WrongField("field '" + name + "' must be " + expected + ", found " + found.describe());
    }
}
