package io.orchestrator.worker;

import java.util.ArrayList;
import java.util.List;

/** Cuts what an agent says into lines of a bounded length. Pure. */
final class SaidLines {
    static final int LONGEST_CHARS = 8 * 1024;

    private SaidLines() {}

    static List<String> of(String said) {
        List<String> lines = new ArrayList<>(1);
        int from = 0;
        for (int end = said.indexOf('\n'); end >= 0; end = said.indexOf('\n', from)) {
            lines.add(line(said, from, end));
            from = end + 1;
        }
        lines.add(line(said, from, said.length()));
        return lines;
    }

    private static String line(String said, int from, int end) {
        int last = end > from && said.charAt(end - 1) == '\r' ? end - 1 : end;
        if (last - from <= LONGEST_CHARS) {
            return said.substring(from, last);
        }
        int cut = from + LONGEST_CHARS;
        if (Character.isHighSurrogate(said.charAt(cut - 1))) {
            cut--;
        }
        return said.substring(from, cut) + "… (" + (last - cut) + " more characters)";
    }
}
