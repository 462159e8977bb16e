package io.orchestrator.worker.program;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The types of messages, and what may have been meant by another word. */
final class MessageTypes {
    static final List<String> KNOWN =
            List.of("checkpoint", "heartbeat", "usage", "log", "result", "error", "child", "await_children");

    /** Of what is lost with a message: money first, then failures, then work. */
    private static final List<String> BY_LOSS =
            List.of("usage", "error", "result", "await_children", "child", "checkpoint", "heartbeat", "log");

    private static final int SHORTEST_FOR_A_TYPO = 5;

    private MessageTypes() {}

    /** Of several types on a line that is not understood, the one that may not be lost. */
    static Optional<String> gravest(Collection<String> types) {
        return BY_LOSS.stream().filter(types::contains).findFirst();
    }

    /** Without a message of this type, an attempt would have another end, lose money, or lack a part of its work. */
    static boolean fails(String type) {
        return switch (type) {
            case "result", "error", "await_children", "usage", "child" -> true;
            default -> false;
        };
    }

    /** A message of this type ends the attempt. */
    static boolean decides(String type) {
        return type.equals("result") || type.equals("error") || type.equals("await_children");
    }

    /** The type that a word of another case, in the plural or with one letter wrong seems to mean. */
    static Optional<String> meant(String word) {
        if (word.length() > 40) {
            return Optional.empty();
        }
        String plain = plain(word);
        return KNOWN.stream()
                .filter(type ->
                        plain.equals(plain(type)) || plain.equals(plain(type) + "s") || isTypo(plain, plain(type)))
                .findFirst()
                .or(() -> plain.equals("children") ? Optional.of("child") : Optional.empty());
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

    /** One letter is missing, too much or another, or two have changed places. */
    private static boolean isTypo(String word, String type) {
        if (type.length() < SHORTEST_FOR_A_TYPO || Math.abs(word.length() - type.length()) > 1) {
            return false;
        }
        int from = 0;
        while (from < Math.min(word.length(), type.length()) && word.charAt(from) == type.charAt(from)) {
            from++;
        }
        String restOfWord = word.substring(from);
        String restOfType = type.substring(from);
        if (restOfWord.isEmpty() || restOfType.isEmpty()) {
            return true;
        }
        return restOfWord.substring(1).equals(restOfType.substring(1))
                || restOfWord.substring(1).equals(restOfType)
                || restOfWord.equals(restOfType.substring(1))
                || haveChangedPlaces(restOfWord, restOfType);
    }

    private static boolean haveChangedPlaces(String word, String type) {
        return word.length() == type.length()
                && word.length() > 1
                && word.charAt(0) == type.charAt(1)
                && word.charAt(1) == type.charAt(0)
                && word.substring(2).equals(type.substring(2));
    }
}
