package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.EVENTS;

import io.orchestrator.store.EventView;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Statements on events. Only {@link EventLog} writes here, under the lock of the run's row. */
final class EventsTable {
    void append(DSLContext dsl, List<Event> events, List<Long> seqs) {
        Sql.execute(
                dsl,
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
                events.stream().map(Event::data).toArray(String[]::new));
    }

    List<EventView> after(DSLContext dsl, String runId, long seq, int max) {
        return dsl.select(
                        EVENTS.RUN_ID,
                        EVENTS.SEQ,
                        EVENTS.AT,
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
                Jsonb.parseObject(Jsonb.text(r.get(EVENTS.DATA))));
    }
}
