package io.orchestrator.cli.view;

import io.orchestrator.attempt.AttemptHistory;
import io.orchestrator.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The attempts of a task, for people and as JSON. */
public final class Attempts {
    private static final int WIDEST = 40;

    private Attempts() {}

    public static List<String> lines(List<AttemptHistory.Past> attempts, Instant now) {
        if (attempts.isEmpty()) {
            return List.of("no attempt has ended or runs; what the task waits for: orchestrator why TASK");
        }
        Table table = new Table(WIDEST, "ATTEMPT", "EPOCH", "STARTED", "TIME", "ENDED", "HOW", "WORKER", "WHY");
        for (AttemptHistory.Past attempt : attempts) {
            table.row(
                    String.valueOf(attempt.attempt()),
                    String.valueOf(attempt.epoch()),
                    seconds(attempt.startedAt()),
                    attempt.startedAt()
                            .map(start -> Elapsed.text(
                                    Duration.between(start, attempt.endedAt().orElse(now))))
                            .orElse("-"),
                    seconds(attempt.endedAt()),
                    attempt.ended(),
                    attempt.workerId().orElse("-"),
                    attempt.why().orElse(""));
        }
        return table.lines();
    }

    public static Json document(String runId, String taskId, List<AttemptHistory.Past> attempts) {
        return Json.object(
                "runId",
                runId,
                "taskId",
                taskId,
                "attempts",
                attempts.stream().map(Attempts::document).toList());
    }

    private static Json document(AttemptHistory.Past attempt) {
        return Json.builder()
                .put("attempt", attempt.attempt())
                .put("epoch", attempt.epoch())
                .put("workerId", attempt.workerId().orElse(null))
                .put("startedAt", attempt.startedAt().map(Instant::toString).orElse(null))
                .put("endedAt", attempt.endedAt().map(Instant::toString).orElse(null))
                .put("ended", attempt.ended())
                .put("why", attempt.why().orElse(null))
                .build();
    }

    private static String seconds(Optional<Instant> at) {
        return at.map(instant -> instant.truncatedTo(ChronoUnit.SECONDS).toString())
                .orElse("-");
    }
}
