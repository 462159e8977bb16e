package io.orchestrator.sim;

import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.ReportResult;
import java.util.ArrayList;
import java.util.List;

/** What the worker's {@code Reporter} does: commits ends in groups, again and again while the store is away. */
final class SimReporter {
    private final SimWorker worker;
    private final List<AttemptReport> waiting = new ArrayList<>();
    private final List<AttemptReport> group = new ArrayList<>();
    private final SimLoop loop;

    SimReporter(SimWorker worker) {
        this.worker = worker;
        this.loop = new SimLoop(worker.process(), this::round);
    }

    void submit(AttemptReport report) {
        waiting.add(report);
        if (group.isEmpty()) {
            loop.wake();
        }
    }

    private long round() {
        group.addAll(waiting);
        waiting.clear();
        if (group.isEmpty()) {
            return Pace.HEARTBEAT;
        }
        ReportResult result = worker.engine().ports().tasks().report(group);
        for (AttemptReport report : group) {
            if (result.accepted().contains(report.hold())) {
                worker.engine().ledger().reportAccepted(report);
            }
            worker.holdings().remove(report.hold());
        }
        group.clear();
        worker.announcer().announce(result.ready());
        return Pace.HEARTBEAT;
    }
}
