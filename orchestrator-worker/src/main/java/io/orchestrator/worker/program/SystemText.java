package io.orchestrator.worker.program;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * How this process reads and writes the texts that it shares with the system: arguments, environment variables and names of
 * files. Immutable.
 *
 * <p>The JVM decides by the locale that it is started in, and by nothing else; without one of UTF-8 it takes them as ASCII, and
 * turns what it cannot read into U+FFFD and what it cannot write into {@code ?}, without a word.
 */
public final class SystemText {
    private static final char UNREADABLE = '\uFFFD';
    private static final int LAST_ASCII = 0x7F;

    private final Charset charset;

    private SystemText(Charset charset) {
        this.charset = charset;
    }

    public static SystemText ofThisProcess() {
        String name = System.getProperty("sun.jnu.encoding", "");
        return new SystemText(Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset());
    }

    public static SystemText of(Charset charset) {
        return new SystemText(charset);
    }

    /**
     * Whether a text that came from the system is surely the one that was meant. In UTF-8 what could not be read shows; in
     * another charset the bytes of UTF-8 may pass for other letters, so that only ASCII is sure.
     */
    public boolean isIntact(String text) {
        return isUtf8() ? text.indexOf(UNREADABLE) < 0 : text.chars().allMatch(character -> character <= LAST_ASCII);
    }

    /** Whether the system can be given this text as it is. */
    public boolean canExpress(String text) {
        return charset.newEncoder().canEncode(text);
    }

    /** Why a text is not intact, or cannot be expressed, and what to do: the end of a sentence. */
    public String reason() {
        return isUtf8()
                ? "it is not valid in UTF-8, in which arguments, variables and names of files are expected"
                : "this process was started in a locale that is not of UTF-8, and takes arguments, variables and names of"
                        + " files as " + charset
                        + ". Start it with LC_ALL=C.UTF-8 in its environment, or by ./orchestrator,"
                        + " which sees to it";
    }

    private boolean isUtf8() {
        return charset.equals(StandardCharsets.UTF_8);
    }
}
