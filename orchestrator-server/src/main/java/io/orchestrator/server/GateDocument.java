package io.orchestrator.server;

import io.orchestrator.json.Json;
import io.orchestrator.store.Gates.Closed;
import io.orchestrator.store.LaneDepth;
import java.time.Instant;
import java.util.List;

/** Closed gates and lanes as JSON documents, in the manner of {@link RunDocument}. Pure. */
public final class GateDocument {
    private GateDocument() {}

    public static Json ofLanes(List<LaneDepth> lanes, List<Closed> closed) {
        return Json.object("lanes", lanes.stream().map(GateDocument::lane).toList(), "gates", ofGates(closed));
    }

    public static Json ofGates(List<Closed> closed) {
        return Json.array(closed.stream().map(GateDocument::gate).toList());
    }

    private static Json lane(LaneDepth lane) {
        return Json.builder()
                .put("lane", lane.lane().wire())
                .put("queued", lane.queued())
                .put("running", lane.running())
                .put("retrying", lane.retrying())
                .put("pending", lane.pending())
                .build();
    }

    private static Json gate(Closed gate) {
        return Json.builder()
                .put("kind", gate.gate().kind().wire())
                .put("name", gate.gate().name())
                .put("reason", gate.reason())
                .put("recalls", gate.recalls())
                .put("closedAt", gate.closedAt().toString())
                .put("reopensAt", gate.reopensAt().map(Instant::toString).orElse(null))
                .build();
    }
}
