package io.orchestrator.worker.program;

/** What may stand around a message and means nothing: white space, a byte-order mark, codes that colour a terminal. */
final class LineDress {
    private static final char ESCAPE = '\u001B';
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int LONGEST_CODE = 32;

    private LineDress() {}

    static String off(String text) {
        int from = 0;
        for (int next = after(text, from); next > from; next = after(text, from)) {
            from = next;
        }
        int to = text.length();
        for (int next = before(text, from, to); next < to; next = before(text, from, to)) {
            to = next;
        }
        return text.substring(from, to);
    }

    private static int after(String text, int at) {
        if (at < text.length() && isBlank(text.charAt(at))) {
            return at + 1;
        }
        if (at + 1 < text.length() && text.charAt(at) == ESCAPE && text.charAt(at + 1) == '[') {
            for (int i = at + 2; i < Math.min(text.length(), at + LONGEST_CODE); i++) {
                if (endsCode(text.charAt(i))) {
                    return i + 1;
                }
            }
        }
        return at;
    }

    private static int before(String text, int from, int at) {
        if (at > from && isBlank(text.charAt(at - 1))) {
            return at - 1;
        }
        if (at > from && endsCode(text.charAt(at - 1))) {
            int begin = text.lastIndexOf(ESCAPE, at - 1);
            if (begin >= from && at - begin <= LONGEST_CODE && after(text, begin) == at) {
                return begin;
            }
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || c == BYTE_ORDER_MARK;
    }

    private static boolean endsCode(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
