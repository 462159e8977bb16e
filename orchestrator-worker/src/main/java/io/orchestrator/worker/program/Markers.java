package io.orchestrator.worker.program;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables that tell whose child a process is. Every process of a tree inherits them, also after it has left the
 * session and lost its parent. They stand for the engine's bookkeeping and cannot be overridden by an agent's own.
 */
final class Markers {
    static final String WORKER_ID = "ORCHESTRATOR_WORKER_ID";
    static final String WORKER_PID = "ORCHESTRATOR_WORKER_PID";
    static final String WORKER_STARTED = "ORCHESTRATOR_WORKER_STARTED";

    /** A pid means something only in its own namespace: a container's pid 7 is not the host's. */
    static final String WORKER_NAMESPACE = "ORCHESTRATOR_WORKER_NAMESPACE";

    static final String ATTEMPT_ID = "ORCHESTRATOR_ATTEMPT_ID";

    private Markers() {}

    static Map<String, String> ofWorker(String workerId, ProcessTable table) {
        ProcessEntry self = table.self();
        Map<String, String> markers = new LinkedHashMap<>();
        markers.put(WORKER_ID, workerId);
        markers.put(WORKER_PID, Long.toString(self.pid()));
        markers.put(WORKER_STARTED, Long.toString(self.started()));
        markers.put(WORKER_NAMESPACE, table.namespace());
        return Map.copyOf(markers);
    }
}
