package io.orchestrator.worker.program;

import java.util.Map;

/** How a process ended, in words. */
final class ExitStatus {
    private static final int SIGNAL_BASE = 128;
    private static final int MAX_SIGNAL = 64;

    /** Those that have the same number on every system. */
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU"),
            Map.entry(25, "SIGXFSZ"));

    private ExitStatus() {}

    /** {@code exit code 3}, {@code exit code 137 (SIGKILL)}. */
    static String describe(int code) {
        int signal = code - SIGNAL_BASE;
        if (signal <= 0 || signal > MAX_SIGNAL) {
            return "exit code " + code;
        }
        return "exit code " + code + " (" + SIGNALS.getOrDefault(signal, "signal " + signal) + ")";
    }
}
