package io.orchestrator.cli;

import io.orchestrator.cli.view.TerminalSize;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terminal behind this process' standard error. Java has no way to ask for it, so the shell's {@code test} and {@code
 * stty} are asked. Not thread-safe.
 */
final class Terminal {
    private static final Logger LOG = LoggerFactory.getLogger(Terminal.class);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5}) (\\d{1,5})");
    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

    private final Ticks ticks = new SystemTicks();
    private TerminalSize size;
    private long askedNanos;

    private Terminal(TerminalSize size) {
        this.size = size;
        this.askedNanos = ticks.nanos();
    }

    /** The terminal, where standard error is one that can move its cursor, and the caller writes to it. */
    static Optional<Terminal> find(Caller caller) {
        boolean canMove =
                caller.variable("TERM").filter(term -> !term.equals("dumb")).isPresent();
        return canMove && caller.err().equals(System.err) ? ask().map(Terminal::new) : Optional.empty();
    }

    /** The present size; a window that was resized is noticed within seconds. */
    TerminalSize size() {
        if (ticks.since(askedNanos).compareTo(ASK_EVERY) > 0) {
            size = ask().orElse(size);
            askedNanos = ticks.nanos();
        }
        return size;
    }

    private static Optional<TerminalSize> ask() {
        try {
            Process shell = new ProcessBuilder("sh", "-c", "test -t 2 && stty size <&2 2>/dev/null || exit 1")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            shell.getOutputStream().close();
            if (!shell.waitFor(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                shell.destroyForcibly();
                return Optional.empty();
            }
            return shell.exitValue() == 0 ? parse(shell.getInputStream()) : Optional.empty();
        } catch (IOException e) {
            LOG.debug("no shell to ask about the terminal", e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<TerminalSize> parse(InputStream answer) throws IOException {
        Matcher size = SIZE.matcher(new String(answer.readNBytes(100), StandardCharsets.US_ASCII).strip());
        return size.matches()
                ? Optional.of(new TerminalSize(Integer.parseInt(size.group(2)), Integer.parseInt(size.group(1))))
                : Optional.of(TerminalSize.USUAL);
    }
}
