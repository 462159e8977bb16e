package io.orchestrator.lab.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One command of the program, mostly a service, in a JVM of its own. */
public final class ServiceProcess {
    /** What a service prints when it has begun to work. */
    private static final String READY = "ready at ";

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Process process;
    private final Path log;
    private final long logBegin;
    private boolean ready;

    private ServiceProcess(Process process, Path log, long logBegin) {
        this.process = process;
        this.log = log;
        this.logBegin = logBegin;
    }

    /** Starts a service whose output is added to the log. */
    public static ServiceProcess start(
            Jvm jvm, Path log, Map<String, String> environment, String service, List<String> arguments) {
        try {
            long logBegin = Files.exists(log) ? Files.size(log) : 0;
            return new ServiceProcess(jvm.start(log, environment, service, arguments), log, logBegin);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it has told that it works. Not thread-safe. */
    public boolean isReady() {
        if (!ready) {
            ready = printed().contains(READY);
        }
        return ready;
    }

    /** Waits until it has told that it works; false when it has ended before, or not told in this time. */
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        for (long look = 0; look < atMost.dividedBy(LOOK) && process.isAlive() && !isReady(); look++) {
            process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
        return process.isAlive() && isReady();
    }

    /** What it has written so far, to both outputs. */
    public String printed() {
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(logBegin);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    /** Only of a process that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** SIGTERM; waits for the process to end, at most this long. */
    public void terminate(Duration atMost) throws InterruptedException {
        process.destroy();
        awaitEnd(atMost);
    }

    /** Waits for the process to end, at most this long. */
    public void awaitEnd(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    "a process did not end within " + atMost.toSeconds() + " s; its log is " + log);
        }
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                // SIGKILL does not fail: the wait is short.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGSTOP. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0 && process.isAlive()) {
                throw new IllegalStateException("kill -" + name + " of a living process exited with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send SIG" + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
