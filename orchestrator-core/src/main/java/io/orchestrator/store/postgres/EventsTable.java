package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.store.EventView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Statements on events. Only {@link EventLog} writes here, under the lock of the run's row. */
final class EventsTable {
    void append(DSLContext dsl, List<Event> events, List<Long> seqs) {
        dsl.query(
                        """
                        INSERT INTO events (run_id, seq, kind, phase_id, task_id, epoch, attempt, worker_id, data)
                        SELECT e.run_id, e.seq, e.kind, e.phase_id, e.task_id, e.epoch, e.attempt, e.worker_id, e.data::jsonb
                          FROM unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::int[], ?::text[], ?::text[])
                               AS e(run_id, seq, kind, phase_id, task_id, epoch, attempt, worker_id, data)
                        """,
                        events.stream().map(Event::runId).toArray(String[]::new),
                        seqs.toArray(Long[]::new),
                        events.stream().map(Event::kind).toArray(String[]::new),
                        events.stream().map(Event::phaseId).toArray(String[]::new),
                        events.stream().map(Event::taskId).toArray(String[]::new),
                        events.stream().map(Event::epoch).toArray(Long[]::new),
                        events.stream().map(Event::attempt).toArray(Integer[]::new),
                        events.stream().map(Event::workerId).toArray(String[]::new),
                        events.stream().map(Event::data).toArray(String[]::new))
                .execute();
    }

    List<EventView> after(DSLContext dsl, String runId, long seq, int max) {
        return dsl.fetch("""
                        SELECT run_id, seq, at, kind, phase_id, task_id, epoch, attempt, worker_id, data::text AS data
                          FROM events WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?
                        """, runId, seq, max).map(EventsTable::view);
    }

    private static EventView view(Record r) {
        Long epoch = r.get("epoch", Long.class);
        Integer attempt = r.get("attempt", Integer.class);
        String data = r.get("data", String.class);
        return new EventView(
                r.get("run_id", String.class),
                r.get("seq", Long.class),
                r.get("at", Instant.class),
                r.get("kind", String.class),
                Optional.ofNullable(r.get("phase_id", String.class)),
                Optional.ofNullable(r.get("task_id", String.class)),
                epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch),
                attempt == null ? OptionalInt.empty() : OptionalInt.of(attempt),
                Optional.ofNullable(r.get("worker_id", String.class)),
                data == null ? Json.EMPTY_OBJECT : Json.parse(data));
    }
}
