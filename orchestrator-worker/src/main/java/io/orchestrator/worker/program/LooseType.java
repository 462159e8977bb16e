package io.orchestrator.worker.program;

import java.util.ArrayList;
import java.util.List;

/**
 * Each {@code type} of objects that are no correct JSON: cut off, with a key twice, with a number that is none, as other
 * languages print objects, with other quotes or none, or several of them on one line.
 */
final class LooseType {
    private final String text;
    private int at = 1;

    private LooseType(String text) {
        this.text = text;
    }

    /** Of a text that begins with a brace, in its order. */
    static List<String> allOf(String text) {
        return new LooseType(text).find();
    }

    private List<String> find() {
        List<String> types = new ArrayList<>();
        boolean isObject = false;
        while (at < text.length()) {
            skipBlanks();
            if (isObject && at < text.length() && peek() == '{') {
                at++;
                skipBlanks();
            }
            String key = word();
            skipBlanks();
            boolean isField = at < text.length() && (peek() == ':' || peek() == '=');
            if (!isField && !isObject) {
                break;
            }
            isObject = true;
            if (isField) {
                at++;
                skipBlanks();
                if (key.equals("type")) {
                    types.add(word());
                }
            }
            skipValue();
        }
        return types;
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

    /** To behind the comma that ends it, or into the next object. */
    private void skipValue() {
        int depth = 0;
        while (at < text.length()) {
            char c = peek();
            if (c == '"' || c == '\'') {
                skipString();
                continue;
            }
            at++;
            if (c == '{' && depth < 0) {
                return;
            } else if (c == '{' || c == '[') {
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
