package io.orchestrator.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Text of unknown origin, made fit for a terminal. */
final class Shortened {
    private static final String MORE = "…";

    private Shortened() {}

    /** On one line of at most {@code width} characters, without control characters; marked where something is left out. */
    static String line(String text, int width) {
        StringBuilder plain = new StringBuilder();
        int kept = 0;
        for (int at = 0; at < text.length() && kept <= width; kept++) {
            int codePoint = text.codePointAt(at);
            plain.appendCodePoint(isHarmless(codePoint) ? codePoint : ' ');
            at += Character.charCount(codePoint);
        }
        return kept <= width ? plain.toString() : cut(plain.toString(), width);
    }

    /** The last {@code most} lines of a text, each shortened; a first line tells of those left out. */
    static List<String> tail(String text, int most, int width) {
        List<String> lines = text.strip().lines().map(line -> line(line, width)).toList();
        if (lines.size() <= most) {
            return lines;
        }
        List<String> kept = new ArrayList<>();
        kept.add("(" + (lines.size() - most) + " lines left out)");
        kept.addAll(lines.subList(lines.size() - most, lines.size()));
        return kept;
    }

    /** The first {@code most} lines; a last line tells of those left out. */
    static List<String> head(String text, int most, int width) {
        List<String> lines = text.strip().lines().map(line -> line(line, width)).toList();
        if (lines.size() <= most) {
            return lines;
        }
        List<String> kept = new ArrayList<>(lines.subList(0, most));
        kept.add("(" + (lines.size() - most) + " more lines)");
        return kept;
    }

    /**
     * On one line of at most {@code width} characters. What is too long is left out in the middle: a failure begins with what
     * failed and ends with why. Frames of a trace go first: they tell where and not why.
     */
    static String ends(String text, int width) {
        String flat = harmless(text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !isFrame(line))
                .collect(Collectors.joining(" ")));
        int length = flat.codePointCount(0, flat.length());
        int kept = width - 3;
        if (length <= width || kept < 2) {
            return line(flat, width);
        }
        int head = kept * 2 / 5;
        return flat.substring(0, flat.offsetByCodePoints(0, head)).stripTrailing() + " " + MORE + " "
                + flat.substring(flat.offsetByCodePoints(0, length - (kept - head)));
    }

    /** Of Java, JavaScript or Python. */
    private static boolean isFrame(String line) {
        return (line.startsWith("at ") && line.endsWith(")"))
                || (line.startsWith("... ") && line.endsWith(" more"))
                || line.startsWith("File \"");
    }

    /** Without what a terminal would obey, but for tabs. */
    static String harmless(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(c == '\t' || isHarmless(c) ? c : ' '));
        return plain.toString();
    }

    private static String cut(String text, int width) {
        return width < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, width - 1)) + MORE;
    }

    /** Control characters move the cursor; format characters can reverse what stands beside them. */
    private static boolean isHarmless(int codePoint) {
        int type = Character.getType(codePoint);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
    }
}
