package io.orchestrator.worker.program;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waiting that an interrupt does not cut short: ending a process tree must go on to its end on a thread that is
 * interrupted because the attempt was cancelled. The interrupt is kept and handed on by {@link #close()}.
 */
final class SteadyWait implements AutoCloseable {
    private boolean interrupted = Thread.interrupted();

    void pause(Duration length) {
        Countdown countdown = Countdown.of(length);
        while (!countdown.isOver()) {
            try {
                TimeUnit.NANOSECONDS.sleep(countdown.remainingNanos());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** The exit code of a process that ends by itself. */
    int forEnd(Process process) {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    @Override
    public void close() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
