package io.orchestrator.lab.bench;

import java.util.List;

/** One kind of measuring. */
interface Scenario {
    /** Measures one round; later rounds find a warm JVM. */
    List<Measurement> round(BenchServers servers, Sizes sizes) throws Exception;

    /**
     * How much.
     *
     * @param n operations
     * @param slots attempts at once
     */
    record Sizes(int n, int slots) {}
}
