package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.Ready;
import io.orchestrator.store.StoreBusy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go on what would wait for ever because of what somebody has changed or deleted: nothing in the engine leaves it behind.
 * Each kind is looked for by itself, so that one that cannot be mended keeps no other from it. All of it reads whatever is
 * live, so it is not for every second.
 */
final class Mending {
    private static final Logger LOG = LoggerFactory.getLogger(Mending.class);

    /** Long after a timer of the same deadline would have fired. */
    private static final String OVERDUE = " < clock_timestamp() - interval '30 s' ";

    private static final String NO_TIMER = " NOT EXISTS (SELECT FROM timers t WHERE t.state = 'pending' AND ";

    private static final String OF_RUN = "t.run_id = r.id AND t.phase_id IS NULL AND t.task_id IS NULL AND t.kind = ";

    private static final String OF_PHASE = "t.phase_id = p.id AND t.task_id IS NULL AND t.kind = ";

    /** A run that is not paused, for the clocks of a paused one stand still, and whose end is not decided. */
    private static final String TICKS = " r.finished_at IS NULL AND r.ending IS NULL AND r.set_aside IS NULL"
            + " AND NOT EXISTS (SELECT FROM gates g WHERE g.kind = 'run' AND g.name = r.id) AND ";

    private static final String RUN_TIMEOUTS = "INSERT INTO timers (kind, run_id, fire_at)"
            + " SELECT 'run_timeout', r.id, r.deadline FROM runs r WHERE" + TICKS
            + "r.state = 'running' AND r.deadline" + OVERDUE + "AND" + NO_TIMER + OF_RUN + "'run_timeout')";

    private static final String RUN_STARTS = "INSERT INTO timers (kind, run_id, fire_at)"
            + " SELECT 'run_start', r.id, coalesce(r.start_at, clock_timestamp()) FROM runs r WHERE" + TICKS
            + "r.state = 'pending' AND" + NO_TIMER + OF_RUN + "'run_start')";

    private static final String PHASE_TIMEOUTS = "INSERT INTO timers (kind, run_id, phase_id, fire_at)"
            + " SELECT 'phase_timeout', r.id, p.id, p.deadline FROM runs r JOIN phases p ON p.run_id = r.id WHERE"
            + TICKS
            + "p.state IN ('running', 'holding') AND p.ending IS NULL AND p.deadline" + OVERDUE
            + "AND" + NO_TIMER + OF_RUN + "'run_timeout') AND" + NO_TIMER + OF_PHASE + "'phase_timeout')";

    private static final String PHASE_STARTS = "INSERT INTO timers (kind, run_id, phase_id, fire_at)"
            + " SELECT 'phase_start', r.id, p.id, clock_timestamp() FROM runs r JOIN phases p ON p.run_id = r.id WHERE"
            + TICKS + "p.state = 'pending' AND p.delay_state = 'running' AND" + NO_TIMER + OF_PHASE + "'phase_start')";

    private static final String TASK_TIMEOUTS = "INSERT INTO timers (kind, run_id, phase_id, task_id, fire_at)"
            + " SELECT 'task_timeout', r.id, p.id, l.task_id, l.deadline FROM live_tasks l"
            + " JOIN phases p ON p.id = l.phase_id JOIN runs r ON r.id = p.run_id WHERE" + TICKS
            + "p.ending IS NULL AND l.deadline" + OVERDUE
            + "AND" + NO_TIMER + OF_RUN + "'run_timeout') AND" + NO_TIMER + OF_PHASE + "'phase_timeout') AND" + NO_TIMER
            + "t.task_id = l.task_id AND t.kind = 'task_timeout')";

    private static final String PLACES = """
            UPDATE live_tasks l
               SET lane = CASE WHEN l.lane BETWEEN 0 AND 3 THEN l.lane ELSE r.lane END,
                   dispatch_at = CASE WHEN l.state = 'queued' THEN clock_timestamp() ELSE l.dispatch_at END
              FROM runs r
             WHERE r.id = l.run_id AND (l.lane NOT BETWEEN 0 AND 3
                                        OR l.state = 'queued' AND l.dispatch_at > clock_timestamp() + interval '1 year')
            """;

    private static final String ALONE = """
            WITH alone AS MATERIALIZED (
                SELECT l.task_id FROM live_tasks l JOIN runs r ON r.id = ANY (ARRAY[l.run_id])
                 WHERE l.state = 'waiting'
                   AND NOT EXISTS (SELECT FROM live_tasks c WHERE c.task_id > l.task_id || '.' AND c.task_id < l.task_id || '/')
                 ORDER BY l.task_id LIMIT ? FOR NO KEY UPDATE OF l, r SKIP LOCKED
            )
            UPDATE live_tasks l SET state = 'queued', open_children = 0, dispatch_at = clock_timestamp()
             WHERE l.task_id = ANY (ARRAY(SELECT task_id FROM alone))
            RETURNING\s""" + LiveTask.COLUMNS;

    private static final String FREE = """
            SELECT p.id, p.parallelism - l.taken AS free
              FROM phases p
              JOIN (SELECT phase_id, count(*) FILTER (WHERE released_at IS NOT NULL AND strpos(task_id, '.') = 0) AS taken,
                           count(*) FILTER (WHERE released_at IS NULL) AS pending
                      FROM live_tasks GROUP BY phase_id) l ON l.phase_id = p.id
              JOIN runs r ON r.id = p.run_id
             WHERE (?::text IS NULL OR p.id = ?) AND p.state = 'running' AND p.ending IS NULL AND r.ending IS NULL
               AND l.pending > 0 AND l.taken < p.parallelism
             ORDER BY p.id LIMIT ?
            """;

    private final Database database;
    private final Tables tables;

    Mending(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    Ready all(int max) {
        int timers = fenced(0, dsl -> Sql.execute(dsl, RUN_TIMEOUTS))
                + fenced(0, dsl -> Sql.execute(dsl, RUN_STARTS))
                + fenced(0, dsl -> Sql.execute(dsl, PHASE_TIMEOUTS))
                + fenced(0, dsl -> Sql.execute(dsl, PHASE_STARTS))
                + fenced(0, dsl -> Sql.execute(dsl, TASK_TIMEOUTS));
        fenced(0, dsl -> Sql.execute(dsl, PLACES));
        List<Ticket> tickets = new ArrayList<>(fenced(List.of(), dsl -> wakeAlone(dsl, max)));
        for (Place place : fenced(List.<Place>of(), dsl -> free(dsl, null, max))) {
            tickets.addAll(fenced(List.of(), dsl -> release(dsl, place.phaseId())));
        }
        return new Ready(tickets, timers > 0);
    }

    private <T> T fenced(T otherwise, Function<DSLContext, T> look) {
        try {
            return database.housekeeping(look);
        } catch (StoreBusy e) {
            LOG.info("locked, and passed over for now: {}", e.getMessage());
            return otherwise;
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            LOG.error("what waits for ever cannot be mended", e);
            return otherwise;
        }
    }

    private List<Ticket> wakeAlone(DSLContext dsl, int max) {
        List<LiveTask> woken = Sql.fetch(dsl, ALONE, LiveTask::of, max);
        EventLog log = tables.newLog();
        woken.forEach(task -> log.add(Event.ofTask(task, EventKind.TASK_CHILDREN_ENDED, Json.EMPTY_OBJECT)));
        log.write(dsl);
        return woken.stream().map(LiveTask::ticket).toList();
    }

    /** Places of a phase that nobody takes although tasks wait for one. */
    private record Place(String phaseId, int free) {}

    private static List<Place> free(DSLContext dsl, @Nullable String phaseId, int max) {
        return Sql.fetch(dsl, FREE, r -> new Place(r.getString("id"), r.getInt("free")), phaseId, phaseId, max);
    }

    /** Whoever ends a task of the phase waits for its row, and fills the places that came free. */
    private List<Ticket> release(DSLContext dsl, String phaseId) {
        Sql.send(dsl, "SELECT id FROM phases WHERE id = ? FOR UPDATE", phaseId);
        List<Place> free = free(dsl, phaseId, 1);
        return tables.live.release(
                dsl,
                free.stream().map(Place::phaseId).toList(),
                free.stream().map(Place::free).toList());
    }
}
