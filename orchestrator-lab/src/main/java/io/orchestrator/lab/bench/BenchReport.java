package io.orchestrator.lab.bench;

import io.orchestrator.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/** All that was measured in one run, with the medians over its rounds and the ratios between them. */
final class BenchReport {
    private final Map<String, List<Measurement>> byName = new LinkedHashMap<>();

    void add(Measurement measurement) {
        byName.computeIfAbsent(measurement.name(), name -> new ArrayList<>()).add(measurement);
    }

    Json toJson() {
        List<Json> all = byName.values().stream()
                .flatMap(List::stream)
                .map(Measurement::toJson)
                .toList();
        return Json.object("benchmarks", Json.array(all), "ratios", Json.of(ratios()));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-26s %8s  %s", "benchmark", "n", "round by round"));
        byName.forEach((name, rounds) -> lines.add(String.format(
                Locale.ROOT,
                "%-26s %8d  %s",
                name,
                rounds.getFirst().n(),
                String.join("   ", rounds.stream().map(BenchReport::figures).toList()))));
        ratios().forEach((name, value) -> lines.add(String.format(Locale.ROOT, "%-36s %8.3f", name, value)));
        return lines;
    }

    private static String figures(Measurement m) {
        List<String> figures = new ArrayList<>();
        m.perSecond().ifPresent(rate -> figures.add(String.format(Locale.ROOT, "%,.0f/s", rate)));
        m.times()
                .ifPresent(t -> figures.add(
                        String.format(Locale.ROOT, "p50 %.2f p99 %.2f max %.2f ms", t.p50Ms(), t.p99Ms(), t.maxMs())));
        m.more().forEach((figure, value) -> figures.add(String.format(Locale.ROOT, "%s %.2f", figure, value)));
        m.note().ifPresent(figures::add);
        return String.join(" ", figures);
    }

    /** Of the medians. */
    private Map<String, Double> ratios() {
        Map<String, Double> ratios = new LinkedHashMap<>();
        put(ratios, "throughput / limit.postgres", rate("throughput"), rate("limit.postgres"));
        put(ratios, "limit.transactions / limit.postgres", rate("limit.transactions"), rate("limit.postgres"));
        put(ratios, "throughput / limit.transactions", rate("throughput"), rate("limit.transactions"));
        put(ratios, "throughput / db-scheduler", rate("throughput"), rate("db-scheduler.throughput"));
        put(ratios, "latency p50 / limit.commit p50", p50("latency"), p50("limit.commit"));
        put(ratios, "latency p50 / limit.commit.paced p50", p50("latency"), p50("limit.commit.paced"));
        put(ratios, "latency p99 / latency p50", p99("latency"), p50("latency"));
        put(ratios, "checkpoint p50 / limit.commit p50", p50("checkpoint"), p50("limit.commit"));
        for (int processes = 2; processes <= EngineScale.MOST; processes++) {
            put(ratios, "scale.%d / scale.1".formatted(processes), rate("scale." + processes), rate("scale.1"));
        }
        put(ratios, "programs.alone p50 / limit.program p50", p50("programs.alone"), p50("limit.program"));
        return ratios;
    }

    private OptionalDouble rate(String name) {
        return median(name, Measurement::perSecond);
    }

    private OptionalDouble p50(String name) {
        return median(name, m -> m.figure(Percentiles::p50Ms));
    }

    private OptionalDouble p99(String name) {
        return median(name, m -> m.figure(Percentiles::p99Ms));
    }

    private OptionalDouble median(String name, Function<Measurement, OptionalDouble> figure) {
        double[] values = byName.getOrDefault(name, List.of()).stream()
                .map(figure)
                .flatMapToDouble(OptionalDouble::stream)
                .sorted()
                .toArray();
        return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(values[values.length / 2]);
    }

    private static void put(Map<String, Double> ratios, String name, OptionalDouble of, OptionalDouble to) {
        if (of.isPresent() && to.isPresent()) {
            ratios.put(name, Measurement.rounded(of.getAsDouble() / to.getAsDouble()));
        }
    }
}
