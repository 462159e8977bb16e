package io.orchestrator.cli.view;

import io.orchestrator.json.Json;
import io.orchestrator.store.Schedules.Failing;
import io.orchestrator.store.Schedules.View;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Schedules, for people and as JSON. */
public final class ScheduleDocuments {
    private static final int WIDEST = 40;

    private ScheduleDocuments() {}

    public static Json all(List<View> schedules) {
        return Json.object(
                "schedules", schedules.stream().map(ScheduleDocuments::document).toList());
    }

    /** A schedule with its next firings. */
    public static Json one(View schedule, List<Instant> next) {
        return document(schedule)
                .with("next", next.stream().map(Instant::toString).toList());
    }

    public static List<String> lines(List<View> schedules) {
        if (schedules.isEmpty()) {
            return List.of(
                    "no schedules yet; the first one: orchestrator schedule add PLAN --name NAME --cron EXPRESSION");
        }
        Table table = new Table(WIDEST, "NAME", "PLAN", "CRON", "ZONE", "NEXT", "LAST", "RUN");
        for (View s : schedules) {
            table.row(
                    s.name(),
                    s.planName(),
                    s.cron(),
                    s.zone(),
                    s.isSetAside()
                            ? "set aside"
                            : s.paused() ? "paused" : seconds(s.nextAt()).orElse("never"),
                    s.lastResult().map(result -> result.replace('_', ' ')).orElse("-"),
                    s.lastRunId().orElse("-"));
        }
        List<String> lines = new ArrayList<>(table.lines());
        schedules.forEach(s -> failing(s).ifPresent(lines::add));
        return lines;
    }

    public static List<String> oneLines(View s, List<Instant> next) {
        List<String> lines = new ArrayList<>();
        lines.add("schedule " + s.name() + ": plan " + s.planName() + " at '" + s.cron() + "' by the clocks of "
                + s.zone() + (s.paused() ? ", paused" : ""));
        lines.add("missed firings: " + s.missed().wire() + ", overlapping firings: "
                + s.overlap().wire());
        s.lastResult()
                .ifPresent(result -> lines.add("last: " + seconds(s.lastAt()).orElse("-") + " "
                        + result.replace('_', ' ')
                        + s.lastRunId().map(run -> ", newest run " + run).orElse("")));
        failing(s).ifPresent(lines::add);
        if (next.isEmpty()) {
            lines.add(s.paused() || s.isSetAside() ? "next: when it is resumed" : "next: never");
        }
        next.forEach(at -> lines.add("next: " + at + "  " + at.atZone(ZoneId.of(s.zone()))));
        return lines;
    }

    private static Optional<String> failing(View s) {
        return s.failing()
                .map(failing -> s.isSetAside()
                        ? s.name() + " was set aside, because " + failing.error() + "; let it fire again with:"
                                + " orchestrator schedule resume " + s.name()
                        : s.name() + " failed " + failing.inARow() + " times in a row and is tried again: "
                                + failing.error());
    }

    private static Json document(View s) {
        return Json.builder()
                .put("name", s.name())
                .put("plan", s.planName())
                .put("cron", s.cron())
                .put("zone", s.zone())
                .put("missed", s.missed().wire())
                .put("overlap", s.overlap().wire())
                .put("paused", s.paused())
                .put("nextAt", s.nextAt().map(Instant::toString).orElse(null))
                .put("lastAt", s.lastAt().map(Instant::toString).orElse(null))
                .put("lastResult", s.lastResult().orElse(null))
                .put("lastRunId", s.lastRunId().orElse(null))
                .put("setAside", s.isSetAside())
                .put("error", s.failing().map(Failing::error).orElse(null))
                .build();
    }

    private static Optional<String> seconds(Optional<Instant> at) {
        return at.map(instant -> instant.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
