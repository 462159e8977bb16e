package io.orchestrator.worker.program;

import java.util.Optional;

/**
 * The {@code type} of an object that is no correct JSON: cut off, with a key twice, with a number that is none, or as other
 * languages print objects, with other quotes or none.
 */
final class LooseType {
    private final String text;
    private int at = 1;

    private LooseType(String text) {
        this.text = text;
    }

    /** Of a text that begins with a brace. */
    static Optional<String> of(String text) {
        return new LooseType(text).find();
    }

    private Optional<String> find() {
        while (at < text.length()) {
            skipBlanks();
            String key = word();
            skipBlanks();
            if (at >= text.length() || (peek() != ':' && peek() != '=')) {
                return Optional.empty();
            }
            at++;
            if (key.equals("type")) {
                skipBlanks();
                return Optional.of(word());
            }
            skipValue();
        }
        return Optional.empty();
    }

    /** In quotes of either kind, or bare. */
    private String word() {
        if (at >= text.length()) {
            return "";
        }
        int from = at;
        char quote = peek();
        if (quote == '"' || quote == '\'') {
            skipString();
            boolean closed = at - from > 1 && text.charAt(at - 1) == quote;
            return text.substring(from + 1, closed ? at - 1 : at);
        }
        while (at < text.length() && (Character.isLetterOrDigit(peek()) || peek() == '_')) {
            at++;
        }
        return text.substring(from, at);
    }

    /** To behind the comma that ends it. */
    private void skipValue() {
        int depth = 0;
        while (at < text.length()) {
            char c = peek();
            if (c == '"' || c == '\'') {
                skipString();
                continue;
            }
            at++;
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            } else if (c == ',' && depth <= 0) {
                return;
            }
        }
    }

    private void skipString() {
        char quote = peek();
        at++;
        while (at < text.length() && peek() != quote) {
            at += peek() == '\\' ? 2 : 1;
        }
        at = Math.min(text.length(), at + 1);
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(peek())) {
            at++;
        }
    }

    private char peek() {
        return text.charAt(at);
    }
}
