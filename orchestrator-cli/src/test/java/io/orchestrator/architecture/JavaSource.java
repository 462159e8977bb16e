package io.orchestrator.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of Java's grammar as telling code, comments and string literals apart takes. */
final class JavaSource {
    private static final Pattern TOKEN = Pattern.compile(
            "(?<comment>//[^\\n]*|/\\*.*?\\*/)"
                    + "|(?<string>\"\"\"(?:[^\"\\\\]++|\\\\.|\"(?!\"\"))*+\"\"\"|\"(?:[^\"\\\\\\n]++|\\\\.)*+\")"
                    + "|(?<character>'(?:[^'\\\\\\n]|\\\\.[^'\\n]*)')",
            Pattern.DOTALL);

    /** A string literal, with its quotes. */
    record Literal(int position, String text) {}

    private final String code;
    private final List<Literal> literals = new ArrayList<>();

    JavaSource(String text) {
        StringBuilder masked = new StringBuilder(text);
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            if (token.group("string") != null) {
                literals.add(new Literal(token.start(), token.group()));
            }
            for (int i = token.start(); i < token.end(); i++) {
                if (masked.charAt(i) != '\n') {
                    masked.setCharAt(i, ' ');
                }
            }
        }
        this.code = masked.toString();
    }

    /** The text with comments and literals blanked out; every position is where it was. */
    String code() {
        return code;
    }

    List<Literal> literals() {
        return List.copyOf(literals);
    }

    /** The code of an expression from here to the next comma, semicolon or closing bracket of its own level. */
    String expressionFrom(int start) {
        int depth = 0;
        for (int i = start; i < code.length(); i++) {
            char c = code.charAt(i);
            if (depth == 0 && (c == ',' || c == ';' || c == ')')) {
                return code.substring(start, i);
            }
            if (c == '(' || c == '{' || c == '[') {
                depth++;
            } else if (c == ')' || c == '}' || c == ']') {
                depth--;
            }
        }
        return code.substring(start);
    }
}
