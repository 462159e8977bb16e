package io.orchestrator.lab.chaos;

import io.orchestrator.json.Json;
import io.orchestrator.verify.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a chaos run has shown.
 *
 * @param faults what was thrown, and what came back
 * @param drain from the moment when everything was healed until the last run had ended
 * @param checker the independent checker's findings
 */
record ChaosReport(ChaosSettings settings, Faults faults, Tally tally, Duration drain, Report checker) {
    /**
     * The faults.
     *
     * @param thrown how many, by kind
     * @param missed how many found no victim, by kind
     * @param endedByThemselves processes that ended without having been killed: a service that starts while Postgres is
     *     away refuses to, and is started again
     * @param recovery times until the engine went on, by kind
     * @param unanswered things that were waited for and never happened
     */
    record Faults(
            Map<String, Integer> thrown,
            Map<String, Integer> missed,
            Map<String, Integer> endedByThemselves,
            Map<String, RecoveryTimes.Summary> recovery,
            int unanswered) {
        int total() {
            return thrown.values().stream().mapToInt(Integer::intValue).sum();
        }

        int thrown(String kind) {
            return thrown.getOrDefault(kind, 0);
        }
    }

    /** Whether nothing was lost or doubled and every invariant held. */
    boolean clean() {
        return tally.clean() && checker.held();
    }

    Json json() {
        Json.ObjectBuilder recovery = Json.builder();
        faults.recovery.forEach((kind, times) -> recovery.put(
                kind,
                Json.object(
                        "count", times.count(),
                        "medianMs", times.median().toMillis(),
                        "p99Ms", times.p99().toMillis(),
                        "maxMs", times.max().toMillis())));
        return Json.builder()
                .put("clean", clean())
                .put("seed", settings.seed())
                .put("seconds", settings.length().toSeconds())
                .put("workers", settings.workers())
                .put("leaseMs", settings.lease().toMillis())
                .put("thrown", counts(faults.thrown))
                .put("missed", counts(faults.missed))
                .put("endedByThemselves", counts(faults.endedByThemselves))
                .put("runs", tally.submitted())
                .put("tasks", tally.tasks())
                .put("ends", counts(tally.ends()))
                .put("lost", tally.lost())
                .put("doubledEffects", tally.doubledEffects())
                .put("doubledEnds", tally.doubledEnds())
                .put("attempts", tally.attempts())
                .put("repeatedSteps", tally.repeatedSteps())
                .put("recovery", recovery.build())
                .put("drainMs", drain.toMillis())
                .put("checker", Json.parse(checker.json()))
                .build();
    }

    private static Json counts(Map<String, Integer> counts) {
        Json.ObjectBuilder object = Json.builder();
        counts.forEach(object::put);
        return object.build();
    }

    List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add("%-40s %6s %6s   %s"
                .formatted("fault", "thrown", "missed", "until the engine went on: n, median, p99, max"));
        faults.thrown.forEach((kind, n) -> lines.add("%-40s %6d %6d   %s"
                .formatted(kind, n, faults.missed.getOrDefault(kind, 0), times(faults.recovery.get(kind)))));
        faults.endedByThemselves.forEach((how, n) -> lines.add("ended by itself: " + how + ", " + n + " times"));
        if (faults.unanswered > 0) {
            lines.add(faults.unanswered + " recoveries were never seen");
        }
        lines.add("");
        lines.add("%d runs of %d tasks %s; %d attempts, %d steps repeated; drained %s after the last fault"
                .formatted(
                        tally.submitted(),
                        tally.tasks(),
                        tally.ends(),
                        tally.attempts(),
                        tally.repeatedSteps(),
                        seconds(drain)));
        lines.add("%d faults: %d lost, %d doubled effects, %d doubled ends"
                .formatted(faults.total(), tally.lost(), tally.doubledEffects(), tally.doubledEnds()));
        lines.add("");
        lines.addAll(checker.text().lines().toList());
        lines.add(clean() ? "clean" : "NOT CLEAN; the same faults again with --seed " + settings.seed());
        return lines;
    }

    private static String times(RecoveryTimes.@Nullable Summary times) {
        return times == null
                ? ""
                : "%4d  %s  %s  %s"
                        .formatted(times.count(), seconds(times.median()), seconds(times.p99()), seconds(times.max()));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%6.2f s", duration.toMillis() / 1000.0);
    }
}
