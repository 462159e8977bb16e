package io.orchestrator.server;

import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.json.Json;
import java.util.Set;

/** What every service answers to whoever watches over it. */
final class OpsDoor implements Door {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    /** What is answered to probes, wherever they ask. */
    static final Set<String> PATHS = Set.of("/livez", "/readyz", "/metrics", "/status");

    private static final Json ALIVE = Json.object("alive", true);

    private final Readiness readiness;
    private final PrometheusMeterRegistry metrics;
    private final Status status;

    OpsDoor(Readiness readiness, PrometheusMeterRegistry metrics, Status status) {
        this.readiness = readiness;
        this.metrics = metrics;
        this.status = status;
    }

    @Override
    public void open(Routes routes) {
        routes.get("/livez", ctx -> Answer.json(ctx, 200, ALIVE));
        routes.get("/readyz", this::ready);
        routes.get("/metrics", ctx -> Answer.write(ctx, 200, PROMETHEUS_TEXT, metrics.scrape(PROMETHEUS_TEXT)));
        routes.get("/status", ctx -> Answer.json(ctx, 200, status.document(readiness.now())));
    }

    private void ready(Context ctx) {
        Readiness.Report report = readiness.now();
        Answer.json(ctx, report.ready() ? 200 : 503, report.document());
    }
}
