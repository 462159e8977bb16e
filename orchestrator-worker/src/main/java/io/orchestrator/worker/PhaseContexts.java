package io.orchestrator.worker;

import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.PhaseContext;
import io.orchestrator.store.TaskStore;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers what the tasks of recently seen steps share, so that a phase of thousands of tasks reads it once. Thread-safe. */
final class PhaseContexts {
    private static final int MOST = 64;

    private record Key(String phaseId, int round, int step) {}

    private final TaskStore tasks;
    private final Map<Key, PhaseContext> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, PhaseContext> eldest) {
            return size() > MOST;
        }
    };

    PhaseContexts(TaskStore tasks) {
        this.tasks = tasks;
    }

    PhaseContext of(ClaimedTask task) {
        Key key = new Key(task.phaseId(), task.round(), task.step());
        synchronized (recent) {
            PhaseContext known = recent.get(key);
            if (known != null) {
                return known;
            }
        }
        PhaseContext read = tasks.context(task.phaseId(), task.step());
        synchronized (recent) {
            recent.put(key, read);
        }
        return read;
    }
}
