package io.orchestrator.lab.bench;

import java.util.Arrays;

/** Of durations, by the nearest rank. */
record Percentiles(int n, double p50Ms, double p99Ms, double maxMs) {
    /** @throws IllegalArgumentException when there are none */
    static Percentiles ofNanos(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("there is no percentile of no durations");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted.length, ms(sorted, 50), ms(sorted, 99), ms(sorted, 100));
    }

    private static double ms(long[] sorted, int percent) {
        int rank = (int) Math.ceil(sorted.length * percent / 100.0);
        return sorted[Math.max(rank, 1) - 1] / 1e6;
    }
}
