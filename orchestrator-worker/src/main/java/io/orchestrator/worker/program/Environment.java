package io.orchestrator.worker.program;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The environment of another process, as the kernel shows it: {@code NAME=value} entries, each ended by NUL. */
final class Environment {
    static final Environment UNKNOWN = new Environment("");

    /** The process ended before it could be read. */
    static final Environment VANISHED = new Environment("");

    private final String entries;

    private Environment(String entries) {
        this.entries = entries;
    }

    static Environment of(byte[] raw) {
        return new Environment("\0" + new String(raw, StandardCharsets.UTF_8) + "\0");
    }

    Optional<String> get(String name) {
        String start = "\0" + name + "=";
        int at = entries.indexOf(start);
        if (at < 0) {
            return Optional.empty();
        }
        int from = at + start.length();
        return Optional.of(entries.substring(from, entries.indexOf('\0', from)));
    }
}
