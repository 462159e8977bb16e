package io.orchestrator.lab.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One service in a JVM of its own. */
final class ServiceProcess {
    /** What a service prints when it has begun to work. */
    private static final String READY = "ready at ";

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
    static ServiceProcess start(
            Jvm jvm, Path log, Map<String, String> environment, String service, List<String> arguments) {
        try {
            long logBegin = Files.exists(log) ? Files.size(log) : 0;
            return new ServiceProcess(jvm.start(log, environment, service, arguments), log, logBegin);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it has told that it works. Not thread-safe. */
    boolean isReady() {
        if (!ready) {
            ready = printed().contains(READY);
        }
        return ready;
    }

    private String printed() {
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(logBegin);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    /** Only of a process that has ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** SIGTERM; waits for the process to end, at most this long. */
    void terminate(long seconds) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a service did not end within " + seconds + " s; its log is " + log);
        }
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() {
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
    void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() {
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
