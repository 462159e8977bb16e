package io.orchestrator.cli.view;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.server.GateDocument;
import io.orchestrator.store.Gates.Closed;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.LaneDepth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** How full the lanes are and what is held, for people and as JSON. */
public final class GateDocuments {
    private static final int WIDEST = 60;

    private GateDocuments() {}

    public static Json lanes(List<LaneDepth> lanes, List<Closed> closed) {
        return GateDocument.ofLanes(lanes, closed);
    }

    public static List<String> laneLines(List<LaneDepth> lanes, List<Closed> closed) {
        Table table = new Table(WIDEST, "LANE", "QUEUED", "RUNNING", "RETRYING", "PENDING", "STATE");
        for (LaneDepth lane : lanes) {
            table.row(
                    lane.lane().wire(),
                    String.valueOf(lane.queued()),
                    String.valueOf(lane.running()),
                    String.valueOf(lane.retrying()),
                    String.valueOf(lane.pending()),
                    isPaused(lane.lane(), closed) ? "paused" : "open");
        }
        List<String> lines = new ArrayList<>(table.lines());
        if (!closed.isEmpty()) {
            lines.add("");
            lines.addAll(gateLines(closed));
        }
        return lines;
    }

    private static List<String> gateLines(List<Closed> closed) {
        Table table = new Table(WIDEST, "HELD", "NAME", "SINCE", "UNTIL", "REASON");
        for (Closed gate : closed) {
            table.row(
                    gate.gate().kind().wire(),
                    gate.gate().name(),
                    gate.closedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                    gate.reopensAt()
                            .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse("it is opened"),
                    gate.reason());
        }
        return table.lines();
    }

    private static boolean isPaused(Priority lane, List<Closed> closed) {
        return closed.stream().anyMatch(gate -> gate.gate().equals(Gate.ofLane(lane)));
    }
}
