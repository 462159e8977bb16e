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
     * @param planned how many were to be thrown, by kind
     * @param thrown how many hit a victim, by kind
     * @param endedByThemselves processes that ended without having been killed: a service that starts while Postgres is
     *     away refuses to, and is started again
     */
    record Faults(
            Map<String, Integer> planned,
            Map<String, Integer> thrown,
            Map<String, Integer> endedByThemselves,
            Recovery recovery) {
        /** Kinds of which less than nine tenths were thrown: what a run with them shows is less than it says. */
        List<String> thin() {
            return planned.entrySet().stream()
                    .filter(p -> thrown(p.getKey()) * 10 < p.getValue() * 9)
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
        }

        int total() {
            return thrown.values().stream().mapToInt(Integer::intValue).sum();
        }

        int thrown(String kind) {
            return thrown.getOrDefault(kind, 0);
        }
    }

    /**
     * What came back.
     *
     * @param times until the engine went on, by kind
     * @param lostInLongest how much of the longest of them the machine kept everybody from running, by kind
     * @param unanswered things that were waited for and never happened
     * @param machine what it withheld in all
     */
    record Recovery(
            Map<String, RecoveryTimes.Summary> times,
            Map<String, Duration> lostInLongest,
            int unanswered,
            MachineLoad.Summary machine) {
        Duration lostIn(String kind) {
            return lostInLongest.getOrDefault(kind, Duration.ZERO);
        }
    }

    /** Whether nothing was lost or doubled, every invariant held, and what was asked for was thrown. */
    boolean clean() {
        return verdict() == Verdict.CLEAN;
    }

    /** What it comes to. */
    Verdict verdict() {
        if (!tally.clean() || !checker.held()) {
            return Verdict.NOT_CLEAN;
        }
        return faults.thin().isEmpty() ? Verdict.CLEAN : Verdict.TOO_THIN;
    }

    /** What a run comes to. */
    enum Verdict {
        CLEAN,
        /** Something was lost or doubled, or an invariant broken. */
        NOT_CLEAN,
        /** Nothing was, but too few faults found a victim for that to say much. */
        TOO_THIN
    }

    Json json() {
        Json.ObjectBuilder recovery = Json.builder();
        faults.recovery.times.forEach((kind, times) -> recovery.put(
                kind,
                json(times)
                        .with("machineLostInMaxMs", faults.recovery.lostIn(kind).toMillis())));
        return Json.builder()
                .put("clean", clean())
                .put("verdict", verdict().name().toLowerCase(Locale.ROOT))
                .put("seed", settings.seed())
                .put("seconds", settings.length().toSeconds())
                .put("workers", settings.workers())
                .put("leaseMs", settings.lease().toMillis())
                .put("thrown", counts(faults.thrown))
                .put("planned", counts(faults.planned))
                .put("thin", Json.array(faults.thin()))
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
                .put("recoveriesNeverSeen", faults.recovery.unanswered)
                .put(
                        "machine",
                        json(faults.recovery.machine.delays()).with("lostShare", faults.recovery.machine.share()))
                .put("drainMs", drain.toMillis())
                .put("checker", Json.parse(checker.json()))
                .build();
    }

    private static Json json(RecoveryTimes.Summary times) {
        return Json.object(
                "count", times.count(),
                "medianMs", times.median().toMillis(),
                "p99Ms", times.p99().toMillis(),
                "maxMs", times.max().toMillis());
    }

    private static Json counts(Map<String, Integer> counts) {
        Json.ObjectBuilder object = Json.builder();
        counts.forEach(object::put);
        return object.build();
    }

    List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add("%-40s %7s %6s   %s"
                .formatted(
                        "fault",
                        "planned",
                        "thrown",
                        "until the engine went on: n, median, p99, max (lost by the machine)"));
        faults.planned.forEach(
                (kind, n) -> lines.add("%-40s %7d %6d   %s".formatted(kind, n, faults.thrown(kind), times(kind))));
        lines.add(machine());
        faults.endedByThemselves.forEach((how, n) -> lines.add("ended by itself: " + how + ", " + n + " times"));
        if (faults.recovery.unanswered > 0) {
            lines.add(faults.recovery.unanswered + " recoveries were never seen");
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
        lines.add(
                switch (verdict()) {
                    case CLEAN -> "clean";
                    case NOT_CLEAN -> "NOT CLEAN; the same faults again with --seed " + settings.seed();
                    case TOO_THIN ->
                        "TOO THIN: nothing was lost or doubled, but less than nine tenths were thrown of: "
                                + String.join(", ", faults.thin()) + "; try a quieter machine";
                });
        return lines;
    }

    private String times(String kind) {
        RecoveryTimes.@Nullable Summary times = faults.recovery.times.get(kind);
        return times == null
                ? ""
                : "%4d  %s  %s  %s (%s)"
                        .formatted(
                                times.count(),
                                seconds(times.median()),
                                seconds(times.p99()),
                                seconds(times.max()),
                                seconds(faults.recovery.lostIn(kind)).strip());
    }

    private String machine() {
        MachineLoad.Summary machine = faults.recovery.machine;
        return "the machine kept a loop beside it waiting %.1f %% of the time: median %d ms, p99 %d ms, max %d ms"
                .formatted(
                        machine.share() * 100,
                        machine.delays().median().toMillis(),
                        machine.delays().p99().toMillis(),
                        machine.delays().max().toMillis());
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%6.2f s", duration.toMillis() / 1000.0);
    }
}
