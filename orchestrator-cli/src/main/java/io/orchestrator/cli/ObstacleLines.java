package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.Obstacles.SetAside;
import io.orchestrator.store.Obstacles.UnknownTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What does not go on by itself, in words and as JSON. */
final class ObstacleLines {
    static final int MOST = 100;

    private static final int LONGEST_REASON = 200;

    private final List<SetAside> aside;
    private final List<UnknownTarget> unknown;

    private ObstacleLines(List<SetAside> aside, List<UnknownTarget> unknown) {
        this.aside = aside;
        this.unknown = unknown;
    }

    static ObstacleLines of(Obstacles obstacles) {
        return of(obstacles, run -> true);
    }

    /** Those of one run. */
    static ObstacleLines of(Obstacles obstacles, String runId) {
        return of(obstacles, runId::equals);
    }

    private static ObstacleLines of(Obstacles obstacles, Predicate<String> ofRun) {
        return new ObstacleLines(
                obstacles.setAside(MOST).stream()
                        .filter(one -> ofRun.test(one.runId()))
                        .toList(),
                obstacles.unknownTargets(MOST).stream()
                        .filter(one -> ofRun.test(one.runId()))
                        .toList());
    }

    /** How many of each kind there are, and the first of them with its reason; empty for none. */
    static Optional<String> summary(List<SetAside> aside) {
        return aside.stream()
                .findFirst()
                .map(first ->
                        (aside.size() < MOST ? "" : "at least ") + aside.size() + " set aside, such as " + line(first));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        unknown.forEach(one -> lines.add("no worker knows " + one.target().replaceFirst(":", " '") + "': " + one.tasks()
                + (one.tasks() == 1 ? " task" : " tasks") + " of run " + one.runId() + " since " + one.since()));
        aside.forEach(one -> lines.add("set aside: " + line(one)));
        return lines;
    }

    Json document() {
        return Json.object(
                "setAside",
                aside.stream()
                        .map(one -> Json.object(
                                "kind",
                                one.kind().wire(),
                                "id",
                                one.id(),
                                "runId",
                                one.runId(),
                                "reason",
                                one.reason()))
                        .toList(),
                "unknownTargets",
                unknown.stream()
                        .map(one -> Json.object(
                                "target",
                                one.target(),
                                "runId",
                                one.runId(),
                                "tasks",
                                one.tasks(),
                                "since",
                                one.since().toString()))
                        .toList());
    }

    private static String line(SetAside one) {
        String reason = one.reason();
        return one.kind().wire() + " " + one.id() + ": "
                + (reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason);
    }
}
