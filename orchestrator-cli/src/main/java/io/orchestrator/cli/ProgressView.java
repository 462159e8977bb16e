package io.orchestrator.cli;

import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import java.util.List;

/** Shows how a run goes. For one thread. */
interface ProgressView extends AutoCloseable {
    /** Shows nothing. */
    ProgressView NONE = new ProgressView() {
        @Override
        public void update(RunStore runs, String runId, List<EventView> news) {}

        @Override
        public void close() {}
    };

    /** Called a few times a second with the events since the last time, which may be none. */
    void update(RunStore runs, String runId, List<EventView> news);

    /** Leaves the stream in order. */
    @Override
    void close();
}
