package io.orchestrator.server;

import io.orchestrator.json.Json;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;

/**
 * Whether this process can do its work now. Answers within a second whatever its checks do, and asks each of them once a
 * second at most. Thread-safe.
 */
public final class Readiness {
    private static final Duration FRESH = Duration.ofSeconds(1);
    /** Below the second that a prober usually waits. */
    private static final Duration PATIENCE = Duration.ofMillis(800);

    private final List<Probe> probes;

    /**
     * The answer of one moment.
     *
     * @param ready false while something required is away
     * @param checks {@code ok}, {@code degraded: why}, {@code away: why} or, where the server answers and turns this
     *     process away, {@code refused: why}, by the name of the check
     */
    record Report(boolean ready, Json checks) {
        Json document() {
            return Json.object("ready", ready, "checks", checks);
        }
    }

    public Readiness(List<Check> checks, Ticks ticks) {
        this.probes = checks.stream()
                .map(check -> new Probe(check, FRESH, PATIENCE, ticks))
                .toList();
    }

    Report now() {
        var questions = probes.stream().map(Probe::ask).toList();
        boolean ready = true;
        Json.ObjectBuilder checks = Json.builder();
        for (int i = 0; i < questions.size(); i++) {
            Probe probe = probes.get(i);
            boolean isRequired = probe.check().isRequired();
            var problem = probe.await(questions.get(i));
            ready &= problem.isEmpty() || !isRequired;
            checks.put(
                    probe.check().name(),
                    problem.map(trouble -> word(isRequired, trouble.refused()) + trouble.why())
                            .orElse("ok"));
        }
        return new Report(ready, checks.build());
    }

    private static String word(boolean isRequired, boolean refused) {
        return refused ? "refused: " : isRequired ? "away: " : "degraded: ";
    }
}
