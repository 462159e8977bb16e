package io.orchestrator.lab.bench;

import io.orchestrator.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What one scenario measured.
 *
 * @param name of the figure, as {@code throughput} or {@code limit.postgres}
 * @param n how many operations were timed
 * @param perSecond operations, where the rate is what counts
 * @param times of the single operations, where they are what counts
 * @param more further figures by name, with their unit in the name
 * @param note why a figure is missing
 */
record Measurement(
        String name,
        int n,
        OptionalDouble perSecond,
        Optional<Percentiles> times,
        Map<String, Double> more,
        Optional<String> note) {

    static Measurement rate(String name, int n, long nanos) {
        return new Measurement(
                name, n, OptionalDouble.of(n * 1e9 / nanos), Optional.empty(), Map.of(), Optional.empty());
    }

    static Measurement times(String name, Percentiles times) {
        return new Measurement(name, times.n(), OptionalDouble.empty(), Optional.of(times), Map.of(), Optional.empty());
    }

    static Measurement figure(String name, int n, String figure, double value) {
        return new Measurement(
                name, n, OptionalDouble.empty(), Optional.empty(), Map.of(figure, value), Optional.empty());
    }

    /** What could not be measured here. */
    static Measurement missing(String name, String note) {
        return new Measurement(name, 0, OptionalDouble.empty(), Optional.empty(), Map.of(), Optional.of(note));
    }

    Measurement with(String figure, double value) {
        Map<String, Double> all = new LinkedHashMap<>(more);
        all.put(figure, value);
        return new Measurement(name, n, perSecond, times, all, note);
    }

    Measurement with(Percentiles percentiles) {
        return new Measurement(name, n, perSecond, Optional.of(percentiles), more, note);
    }

    OptionalDouble figure(ToDoubleFunction<Percentiles> of) {
        return times.isPresent() ? OptionalDouble.of(of.applyAsDouble(times.get())) : OptionalDouble.empty();
    }

    Json toJson() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("n", n);
        perSecond.ifPresent(rate -> fields.put("perSecond", rounded(rate)));
        times.ifPresent(t -> {
            fields.put("p50Ms", rounded(t.p50Ms()));
            fields.put("p99Ms", rounded(t.p99Ms()));
            fields.put("maxMs", rounded(t.maxMs()));
        });
        more.forEach((figure, value) -> fields.put(figure, rounded(value)));
        note.ifPresent(text -> fields.put("note", text));
        return Json.of(fields);
    }

    /** To three decimals: the noise is larger. */
    static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
