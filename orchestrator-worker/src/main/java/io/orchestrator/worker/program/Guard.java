package io.orchestrator.worker.program;

import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that ends what is in a worker's control groups when the worker is gone, or was not trusted for too long: the
 * starter, or without one a shell. Thread-safe.
 */
final class Guard {
    private static final Logger log = LoggerFactory.getLogger(Guard.class);
    private static final String SCRIPT = "guard.sh";

    /** A sleep of whole seconds only would be no use. */
    private static final List<String> TRIAL = List.of("/bin/sh", "-c", "sleep 0.001");

    private final Process process;
    private final Told told;
    private final Optional<OutputStream> words;
    private final Ticks ticks = new SystemTicks();

    private Guard(Process process, Told told, Optional<OutputStream> words) {
        this.process = process;
        this.told = told;
        this.words = words;
    }

    static Guard ofStarter(Path starter, Wire.End end, Path group) throws IOException {
        Process process = start(
                end, List.of(starter.toString(), "guard", end.reports(), end.lease(), end.number(), group.toString()));
        return new Guard(process, end.told(), Optional.empty());
    }

    static Guard ofShell(SessionStarter sessions, Wire.End end, Path group) throws IOException {
        Process process = start(
                end,
                sessions.command(List.of(
                        "/bin/sh",
                        "-c",
                        script(),
                        "orchestrator-guard",
                        group.toString(),
                        end.reports(),
                        end.number())));
        return new Guard(process, end.told(), Optional.of(process.getOutputStream()));
    }

    /** Whether the shell of this host can be one. */
    static boolean canBeShell() {
        try (SteadyWait wait = new SteadyWait()) {
            return wait.forEnd(quiet(TRIAL).start()) == 0;
        } catch (IOException e) {
            log.debug("no shell", e);
            return false;
        }
    }

    private static Process start(Wire.End end, List<String> command) throws IOException {
        ProcessBuilder builder = quiet(command);
        builder.environment().clear();
        builder.environment().put("PATH", ChildEnvironment.workerPath());
        Process process = builder.start();
        Thread.ofVirtual().name("guard-of-programs").start(() -> {
            process.onExit().join();
            end.over();
        });
        return process;
    }

    private static ProcessBuilder quiet(List<String> command) {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }

    private static String script() throws IOException {
        try (InputStream text = Guard.class.getResourceAsStream(SCRIPT)) {
            if (text == null) {
                throw new IllegalStateException("the engine is incomplete: " + SCRIPT + " is missing");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String seconds(long nanos) {
        Duration left = Duration.ofNanos(nanos);
        return left.toSeconds() + "." + "%03d".formatted(left.toMillisPart());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean hasCutOff(Cgroup group) {
        return told.isCutOff(group.number());
    }

    /** The starter sees for itself; a shell is told how long it is until then. */
    synchronized void trustedUntil(long nanos) {
        if (words.isEmpty()) {
            return;
        }
        String left = nanos == Long.MAX_VALUE ? "none" : seconds(Math.max(0, nanos - ticks.nanos()));
        try {
            words.get().write((left + "\n").getBytes(StandardCharsets.US_ASCII));
            words.get().flush();
        } catch (IOException e) {
            log.warn("the guard of this worker's programs does not listen: {}", e.toString());
        }
    }
}
