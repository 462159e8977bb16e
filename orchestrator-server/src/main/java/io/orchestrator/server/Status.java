package io.orchestrator.server;

import io.orchestrator.json.Json;
import io.orchestrator.time.Ticks;
import java.util.function.Supplier;

/**
 * What this process is and does, for {@code /status}.
 *
 * @param role such as {@code worker} or {@code all}
 * @param details what the role has to tell, such as a worker's slots, an object; answers within seconds, whatever does not
 * @param sinceNanos when the process began, by {@code ticks}
 */
public record Status(String role, String version, Supplier<Json> details, Ticks ticks, long sinceNanos) {
    /** A process that begins now. */
    public static Status of(String role, String version, Ticks ticks, Supplier<Json> details) {
        return new Status(role, version, details, ticks, ticks.nanos());
    }

    Json document(Readiness.Report readiness) {
        return Json.builder()
                .put("role", role)
                .put("version", version)
                .put("uptimeSeconds", ticks.since(sinceNanos).toSeconds())
                .put("ready", readiness.ready())
                .put("checks", readiness.checks())
                .put("details", details.get())
                .build();
    }
}
