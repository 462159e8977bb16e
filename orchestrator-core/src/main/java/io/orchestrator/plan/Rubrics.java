package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares the metrics that a phase's outputs report with the phase's rubrics. */
public final class Rubrics {
    static final String MIN = "_min";
    static final String MAX = "_max";

    private Rubrics() {}

    /**
     * A rubric that does not hold.
     *
     * @param found the reported number that is farthest off; empty where nobody reports the metric
     */
    public record Miss(String rubric, BigDecimal limit, Optional<BigDecimal> found) {
        public String sentence() {
            String bound = isMin(rubric) ? "at least " : "at most ";
            String wanted = "rubric " + rubric + ": expected " + metric(rubric) + " of " + bound + limit;
            return found.map(number -> wanted + ", found " + number)
                    .orElse(wanted + ", but no output reports a number \"" + metric(rubric) + "\" under \"metrics\"");
        }
    }

    /**
     * The rubrics that do not hold, by name; empty when all hold. Where several outputs report a metric, each must be
     * within the limit.
     *
     * @param rubrics limits whose names end in {@code _min} or {@code _max}
     * @param outputs of all tasks of the phase; those of no use here (no object, no {@code metrics}) are passed over
     */
    public static List<Miss> misses(Map<String, BigDecimal> rubrics, List<Json> outputs) {
        List<Miss> result = new ArrayList<>();
        new TreeMap<>(rubrics).forEach((rubric, limit) -> {
            Optional<BigDecimal> worst = worst(rubric, outputs);
            boolean holds = worst.map(number -> isWithin(rubric, number, limit)).orElse(false);
            if (!holds) {
                result.add(new Miss(rubric, limit, worst));
            }
        });
        return result;
    }

    private static Optional<BigDecimal> worst(String rubric, List<Json> outputs) {
        var numbers = outputs.stream()
                .flatMap(output -> output.get("metrics").stream())
                .flatMap(metrics -> metrics.get(metric(rubric)).stream())
                .filter(Json::isNumber)
                .map(Json::asDecimal);
        return isMin(rubric) ? numbers.min(BigDecimal::compareTo) : numbers.max(BigDecimal::compareTo);
    }

    private static boolean isWithin(String rubric, BigDecimal number, BigDecimal limit) {
        return isMin(rubric) ? number.compareTo(limit) >= 0 : number.compareTo(limit) <= 0;
    }

    private static boolean isMin(String rubric) {
        if (!rubric.endsWith(MIN) && !rubric.endsWith(MAX)) {
            throw new IllegalArgumentException("a rubric's name ends in _min or _max, found " + rubric);
        }
        return rubric.endsWith(MIN);
    }

    private static String metric(String rubric) {
        return rubric.substring(0, rubric.length() - MIN.length());
    }
}
