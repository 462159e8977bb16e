package io.orchestrator.cli;

import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import java.util.ArrayList;
import java.util.List;

/** All events of a run, read page by page. */
final class EventPages {
    private static final int PAGE = 1_000;

    private EventPages() {}

    static List<EventView> after(RunStore runs, String runId, long seq) {
        List<EventView> events = new ArrayList<>();
        List<EventView> page = runs.events(runId, seq, PAGE);
        while (!page.isEmpty()) {
            events.addAll(page);
            page = runs.events(runId, page.getLast().seq(), PAGE);
        }
        return events;
    }
}
