package io.orchestrator.worker.program;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.json.Json;
import io.orchestrator.json.UnstorableValue;
import io.orchestrator.worker.program.ProgramMessage.SpendReport;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The fields of a message, each read as what it must be. A field that is JSON null counts as left out. */
final class MessageFields {
    /** Beyond these a number is a slip or an attack: writing it out would take gigabytes. */
    private static final int MAX_EXPONENT = 30;

    static final int MOST_NAMED = 10;

    /** A number in quotes is certain, as long as it has neither separators nor a unit. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,50}(?:\\.\\d{1,50})?(?:[eE][+-]?\\d{1,9})?");

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

    Json message() {
        return message;
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

    /** A whole number from 0, also when written as {@code 12.0}, {@code 1e3} or in quotes. */
    long count(String name, long otherwise, long most) {
        return message.get(name)
                .map(value -> wholeNumber(value)
                        .filter(number -> number <= most)
                        .orElseThrow(() -> wrong(name, "a whole number from 0 to " + most, value)))
                .orElse(otherwise);
    }

    BigDecimal amount(String name, BigDecimal otherwise, BigDecimal most) {
        return message.get(name)
                .map(value -> number(value)
                        .filter(number -> number.compareTo(most) <= 0)
                        .orElseThrow(() -> wrong(
                                name,
                                "a number from 0 to " + most.toPlainString() + " with at most " + MAX_EXPONENT
                                        + " decimal places",
                                value)))
                .orElse(otherwise);
    }

    /** Of a usage message. */
    SpendReport spending() {
        return SpendFields.of(message);
    }

    /** Of a result. One without an output has the output null, but not one that says something else in its place. */
    Json output() {
        if (!message.has("output") && message.size() > 1) {
            String others = message.fields().keySet().stream()
                    .filter(name -> !name.equals("type"))
                    .limit(MOST_NAMED)
                    .map(name -> "'" + Excerpt.of(name) + "'")
                    .collect(Collectors.joining(", "));
            throw new WrongField("field 'output' is missing, found " + others);
        }
        return storable("output");
    }

    /** Any value that can be kept. */
    Json storable(String name) {
        Json value = any(name);
        UnstorableValue.first(value).ifPresent(fault -> {
            throw new WrongField("field '" + name + "' holds " + fault.described());
        });
        return value;
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
        Json input = message.has("input") && !any("input").isNull() ? storable("input") : Json.EMPTY_OBJECT;
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
        Optional<BigDecimal> number = value.isNumber() ? Optional.of(value.asDecimal()) : inQuotes(value);
        return number.filter(n -> n.signum() >= 0)
                .map(BigDecimal::stripTrailingZeros)
                .filter(n -> Math.abs((long) n.scale()) <= MAX_EXPONENT);
    }

    private static Optional<BigDecimal> inQuotes(Json value) {
        if (!value.isText()) {
            return Optional.empty();
        }
        String text = value.asText().strip();
        return NUMBER.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    private static WrongField wrong(String name, String expected, Json found) {
        return new WrongField("field '" + name + "' must be " + expected + ", found " + found.describe());
    }
}
