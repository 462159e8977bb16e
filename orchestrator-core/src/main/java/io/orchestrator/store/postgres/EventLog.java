package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jooq.DSLContext;

/**
 * Gathers the events of one transaction and writes them at its end: one update of each run's row hands out the sequence
 * numbers and books what was used, in the order of the runs' ids. Not thread-safe; one for each transaction.
 */
final class EventLog {
    private final EventsTable table;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Usage> used = new HashMap<>();

    EventLog(EventsTable table) {
        this.table = table;
    }

    void add(Event event) {
        events.add(event);
    }

    void use(String runId, Usage usage) {
        if (!usage.isNone()) {
            used.merge(runId, usage, Usage::plus);
        }
    }

    /** The runs that something has happened to so far. */
    Set<String> runIds() {
        Set<String> ids = new TreeSet<>(used.keySet());
        events.forEach(event -> ids.add(event.runId()));
        return ids;
    }

    int size() {
        return events.size();
    }

    /** Writes the first events of a run; its row, which nobody else knows of yet, tells already how many they are. */
    void writeFirst(DSLContext dsl) {
        table.insertFirst(dsl, events);
        events.clear();
    }

    void write(DSLContext dsl) {
        if (events.isEmpty() && used.isEmpty()) {
            return;
        }
        TreeMap<String, Integer> counts = new TreeMap<>();
        used.keySet().forEach(run -> counts.put(run, 0));
        List<Integer> places = new ArrayList<>(events.size());
        for (Event event : events) {
            places.add(counts.merge(event.runId(), 1, Integer::sum));
        }
        table.append(dsl, counts, used, events, places);
        events.clear();
        used.clear();
    }
}
