package io.orchestrator.time;

/** The machine's monotonic clock. */
public final class SystemTicks implements Ticks {
    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
