package io.orchestrator.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settings from environment variables. A value that cannot be used is refused, never ignored. */
final class Variables {
    private final Caller caller;

    Variables(Caller caller) {
        this.caller = caller;
    }

    OptionalInt wholeNumber(String name, int least, int most) {
        Optional<String> text = caller.variable(name).map(String::strip);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= least && value <= most) {
                return OptionalInt.of(value);
            }
        } catch (NumberFormatException e) {
            throw unusable(name, "a whole number from " + least + " to " + most, text.get(), e);
        }
        throw unusable(name, "a whole number from " + least + " to " + most, text.get(), null);
    }

    boolean isOn(String name) {
        String text = caller.variable(name).map(String::strip).orElse("false");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw unusable(name, "true or false", text, null);
        };
    }

    /** One of an enum's names, in whatever case. */
    <E extends Enum<E>> E oneOf(String name, Class<E> values, E otherwise) {
        Optional<String> text = caller.variable(name).map(String::strip);
        if (text.isEmpty()) {
            return otherwise;
        }
        for (E value : values.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(text.get())) {
                return value;
            }
        }
        String names = Arrays.stream(values.getEnumConstants())
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" or "));
        throw unusable(name, names, text.get(), null);
    }

    private static Refusal unusable(String name, String expected, String found, @Nullable Throwable cause) {
        String message = "the environment variable " + name + " should be " + expected + ", found '" + found + "'";
        return cause == null ? new Refusal(message) : new Refusal(message, cause);
    }
}
