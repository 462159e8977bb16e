package io.orchestrator.embedded;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits for something outside this JVM by looking again and again, never longer than it was told to.
 *
 * <p>An interrupt does not cut a wait short: a server left half started or half stopped is worse than a caller that
 * waits out a bounded time. The interrupt is handed on afterwards.
 */
final class BoundedWait {
    private static final long PAUSE_MS = 5;

    private BoundedWait() {}

    /** Whether the condition became true within the limit; it is looked at once even if the limit is zero. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - start >= limit.toNanos()) {
                    return false;
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
