package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.EVENTS;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.store.EventView;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Statements on events. Only {@link EventLog} writes here, under the lock of the run's row. */
final class EventsTable {
    /**
     * Books usage to runs and takes their next sequence numbers, locking them in the order of their ids, and writes the
     * events under these numbers. A number that no run gets to was not handed out here: the log goes on from what it has.
     *
     * @param counts how many numbers each run needs
     * @param places which of its run's new numbers each event gets, from 1
     */
    void append(
            DSLContext dsl,
            NavigableMap<String, Integer> counts,
            Map<String, Usage> used,
            List<Event> events,
            List<Integer> places) {
        List<Usage> usage = counts.keySet().stream()
                .map(id -> used.getOrDefault(id, Usage.NONE))
                .toList();
        String[] runIds = counts.keySet().toArray(String[]::new);
        List<@Nullable Object> values = new ArrayList<>(List.of(
                runIds,
                runIds,
                counts.values().toArray(Integer[]::new),
                Sql.column(usage, Long[]::new, Usage::tokens),
                Sql.column(usage, BigDecimal[]::new, Usage::costUsd),
                Sql.column(usage, Long[]::new, Usage::toolMs),
                Sql.column(events, String[]::new, Event::runId),
                places.toArray(Integer[]::new)));
        values.addAll(columns(events));
        Sql.send(dsl, """
                        WITH locked AS MATERIALIZED (
                            SELECT id FROM runs WHERE id = ANY (?::text[]) ORDER BY id FOR UPDATE
                        ), booked AS (
                            UPDATE runs r
                               SET event_seq = b.events + CASE WHEN r.event_seq BETWEEN 0 AND 1000000000000 THEN r.event_seq
                                       ELSE (SELECT coalesce(max(e.seq), 0) FROM events e
                                              WHERE e.run_id = r.id AND e.seq < 1000000000000) END,\s""" + Sums.OF_RUN + """

                              FROM locked, unnest(?::text[], ?::int[], ?::bigint[], ?::numeric[], ?::bigint[])
                                   AS b(id, events, tokens, cost_usd, tool_ms)
                             WHERE b.id = locked.id AND r.id = ANY (ARRAY[b.id])
                            RETURNING r.id, r.event_seq - b.events AS before
                        )
                        INSERT INTO events (run_id, seq, kind, phase_id, task_id, epoch, attempt, worker_id, data)
                        SELECT e.run_id, b.before + e.place, e.kind, e.phase_id, e.task_id, e.epoch, e.attempt, e.worker_id,
                               e.data::jsonb
                          FROM unnest(?::text[], ?::int[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::int[], ?::text[], ?::text[])
                               AS e(run_id, place, kind, phase_id, task_id, epoch, attempt, worker_id, data)
                          JOIN booked b ON b.id = e.run_id
                        """, values.toArray());
    }

    /** Writes the first events of a run, numbered from 1. */
    void insertFirst(DSLContext dsl, List<Event> events) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(Sql.column(events, String[]::new, Event::runId));
        values.addAll(columns(events));
        Sql.send(dsl, """
                        INSERT INTO events (run_id, seq, kind, phase_id, task_id, epoch, attempt, worker_id, data)
                        SELECT e.run_id, e.seq, e.kind, e.phase_id, e.task_id, e.epoch, e.attempt, e.worker_id, e.data::jsonb
                          FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::int[], ?::text[], ?::text[])
                               WITH ORDINALITY
                               AS e(run_id, kind, phase_id, task_id, epoch, attempt, worker_id, data, seq)
                        """, values.toArray());
    }

    /** What happened, in the order of the table's columns. */
    private static List<Object> columns(List<Event> events) {
        return List.of(
                Sql.column(events, String[]::new, event -> event.kind().wire()),
                Sql.column(events, String[]::new, Event::phaseId),
                Sql.column(events, String[]::new, Event::taskId),
                Sql.column(events, Long[]::new, Event::epoch),
                Sql.column(events, Integer[]::new, Event::attempt),
                Sql.column(events, String[]::new, Event::workerId),
                Sql.column(events, String[]::new, Event::data));
    }

    List<EventView> after(DSLContext dsl, String runId, long seq, int max) {
        return dsl.select(
                        EVENTS.RUN_ID,
                        EVENTS.SEQ,
                        Shown.column(EVENTS.AT),
                        EVENTS.KIND,
                        EVENTS.PHASE_ID,
                        EVENTS.TASK_ID,
                        EVENTS.EPOCH,
                        EVENTS.ATTEMPT,
                        EVENTS.WORKER_ID,
                        EVENTS.DATA)
                .from(EVENTS)
                .where(EVENTS.RUN_ID.eq(runId), EVENTS.SEQ.gt(seq))
                .orderBy(EVENTS.SEQ)
                .limit(max)
                .fetch(EventsTable::view);
    }

    private static EventView view(Record r) {
        Long epoch = r.get(EVENTS.EPOCH);
        Integer attempt = r.get(EVENTS.ATTEMPT);
        return new EventView(
                r.get(EVENTS.RUN_ID),
                r.get(EVENTS.SEQ),
                r.get(EVENTS.AT).toInstant(),
                r.get(EVENTS.KIND),
                Optional.ofNullable(r.get(EVENTS.PHASE_ID)),
                Optional.ofNullable(r.get(EVENTS.TASK_ID)),
                epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch),
                attempt == null ? OptionalInt.empty() : OptionalInt.of(attempt),
                Optional.ofNullable(r.get(EVENTS.WORKER_ID)),
                data(r));
    }

    private static Json data(Record r) {
        String text = Jsonb.text(r.get(EVENTS.DATA));
        return text == null ? Json.EMPTY_OBJECT : Jsonb.show("what the event tells", text);
    }
}
