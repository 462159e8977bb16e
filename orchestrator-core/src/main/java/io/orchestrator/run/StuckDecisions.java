package io.orchestrator.run;

import io.orchestrator.agent.Usage;
import io.orchestrator.plan.StuckRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether an attempt that is alive is stuck. */
public final class StuckDecisions {
    private StuckDecisions() {}

    /**
     * What an attempt has shown of itself.
     *
     * @param sinceProgress since its start, its last changed heartbeat, its last checkpoint or its last step
     * @param sinceOutput since its start, its last line of output or its last call of the context
     * @param usedSinceProgress what it has reported as used since its last progress
     */
    public record Signs(Duration sinceProgress, Duration sinceOutput, Usage usedSinceProgress) {}

    /** Why it is stuck, for people: every limit that it has reached; empty when it is not. */
    public static Optional<String> reason(StuckRules rules, Signs signs) {
        List<String> reasons = new ArrayList<>();
        rules.noProgress()
                .filter(limit -> signs.sinceProgress().compareTo(limit) >= 0)
                .ifPresent(limit -> reasons.add("no progress for " + words(signs.sinceProgress())));
        rules.noOutput()
                .filter(limit -> signs.sinceOutput().compareTo(limit) >= 0)
                .ifPresent(limit -> reasons.add("no output for " + words(signs.sinceOutput())));
        rules.tokensWithoutProgress()
                .filter(limit -> signs.usedSinceProgress().tokens() >= limit)
                .ifPresent(limit ->
                        reasons.add(signs.usedSinceProgress().tokens() + " tokens used since its last progress"));
        rules.usdWithoutProgress()
                .filter(limit -> signs.usedSinceProgress().costUsd().compareTo(limit) >= 0)
                .ifPresent(limit ->
                        reasons.add(signs.usedSinceProgress().costUsd() + " USD used since its last progress"));
        return reasons.isEmpty() ? Optional.empty() : Optional.of("stuck: " + String.join(", ", reasons));
    }

    private static String words(Duration time) {
        if (time.compareTo(Duration.ofMinutes(2)) >= 0) {
            return time.toMinutes() + " min";
        }
        return time.compareTo(Duration.ofSeconds(2)) >= 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
