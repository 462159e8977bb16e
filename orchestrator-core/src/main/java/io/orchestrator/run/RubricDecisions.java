package io.orchestrator.run;

import io.orchestrator.json.Json;
import io.orchestrator.plan.OnRubricMiss;
import io.orchestrator.plan.Rubrics;
import java.util.List;
import java.util.stream.Collectors;

/** What follows when the outputs of a phase miss its rubrics. */
public final class RubricDecisions {
    private RubricDecisions() {}

    /** The verdict on a round that missed. */
    public sealed interface Verdict {
        /**
         * The phase fails.
         *
         * @param miss what the tasks of a further round would find under {@code rubricMiss} in their input
         */
        record Fail(String reason, Json miss) implements Verdict {}

        /**
         * The phase is done again.
         *
         * @param round the number of the round to come
         * @param miss what the tasks of that round find under {@code rubricMiss} in their input
         */
        record Repeat(int round, String reason, Json miss) implements Verdict {}

        /**
         * The phase waits for a person.
         *
         * @param miss what the tasks of a further round would find under {@code rubricMiss} in their input
         */
        record Hold(String reason, Json miss) implements Verdict {}
    }

    /**
     * What follows, by the phase's policy.
     *
     * @param phase the phase's name
     * @param round the round that missed, from 1
     * @param misses at least one
     */
    public static Verdict afterMiss(OnRubricMiss policy, String phase, int round, List<Rubrics.Miss> misses) {
        String reason = misses.stream()
                .map(Rubrics.Miss::sentence)
                .collect(Collectors.joining("; ", "phase " + phase + ": ", ""));
        Json miss = document(round, reason, misses);
        return switch (policy) {
            case OnRubricMiss.Fail() -> new Verdict.Fail(reason, miss);
            case OnRubricMiss.Hold() -> new Verdict.Hold(reason, miss);
            case OnRubricMiss.Retry(int rounds) ->
                round <= rounds
                        ? new Verdict.Repeat(round + 1, reason, miss)
                        : new Verdict.Fail(reason + " (in round " + round + ", the last one)", miss);
        };
    }

    private static Json document(int round, String reason, List<Rubrics.Miss> misses) {
        return Json.object(
                "round",
                round,
                "reason",
                reason,
                "misses",
                misses.stream().map(RubricDecisions::document).toList());
    }

    private static Json document(Rubrics.Miss miss) {
        return Json.builder()
                .put("rubric", miss.rubric())
                .put("limit", miss.limit())
                .put("found", miss.found().isPresent() ? miss.found().get() : null)
                .build();
    }
}
