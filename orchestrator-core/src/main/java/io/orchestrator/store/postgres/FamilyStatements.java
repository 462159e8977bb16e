package io.orchestrator.store.postgres;

import io.orchestrator.run.Kinship;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Hold;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeSet;
import org.jooq.DSLContext;

/**
 * Statements on live_tasks that concern parents and children.
 *
 * <p>A parent's row holds how many of its children are open, and the same statement that changes the number, or asks for
 * it, decides the parent's state under the row's lock. So the last child's end and the parent's wait may come in any
 * order: the later of the two sees the other, and the parent is queued once.
 */
final class FamilyStatements {
    /** A task that submits children, its live row locked. */
    record Parent(String phaseId, int lane, int children) {}

    /**
     * Locks the tasks that are reported on, with the parents of those that are children, in the order of their ids, which
     * is ancestors first. Without children in the batch nothing is asked.
     */
    void lock(DSLContext dsl, Collection<AttemptReport> reports) {
        TreeSet<String> ids = new TreeSet<>();
        boolean children = false;
        for (AttemptReport report : reports) {
            String id = report.hold().taskId();
            ids.add(id);
            children |= Kinship.parentOf(id).map(ids::add).isPresent();
        }
        if (children) {
            Sql.send(dsl, "SELECT FROM live_tasks WHERE task_id = ANY (?::text[]) ORDER BY task_id FOR UPDATE", (Object)
                    ids.toArray(String[]::new));
        }
    }

    /** Ends attempts that wait for their children; fenced. The count of claims starts anew: it did report. */
    List<LiveTask> await(DSLContext dsl, List<AttemptReport> reports) {
        return Sql.fetch(
                dsl,
                """
                        UPDATE live_tasks l
                           SET state = CASE WHEN l.open_children > 0 THEN 'waiting' ELSE 'queued' END,
                               worker_id = NULL, probe = false, claims = 0, declined = 0,
                               tokens = greatest(l.tokens, r.tokens),
                               cost_usd = greatest(l.cost_usd, r.cost_usd), tool_ms = greatest(l.tool_ms, r.tool_ms),
                               dispatch_at = clock_timestamp() + ? * interval '1 ms'
                          FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::numeric[], ?::bigint[])
                               AS r(task_id, epoch, tokens, cost_usd, tool_ms)
                          LEFT JOIN live_tasks held ON held.task_id = ANY (ARRAY[r.task_id]) AND held.epoch = r.epoch
                         WHERE l.task_id = ANY (ARRAY[r.task_id]) AND l.epoch = r.epoch AND l.state = 'running'
                        RETURNING\s""" + LiveTask.COLUMNS_OF_HELD,
                LiveTask::of,
                Dispatch.GRACE.toMillis(),
                reports.stream().map(r -> r.hold().taskId()).toArray(String[]::new),
                reports.stream().map(r -> r.hold().epoch()).toArray(Long[]::new),
                reports.stream().map(r -> r.used().tokens()).toArray(Long[]::new),
                reports.stream().map(r -> r.used().costUsd()).toArray(BigDecimal[]::new),
                reports.stream().map(r -> r.used().toolMs()).toArray(Long[]::new));
    }

    /** Counts ended children off their parents; returns those parents that waited for the last of them, queued now. */
    List<LiveTask> childrenEnded(DSLContext dsl, NavigableMap<String, Integer> endedOf) {
        record Counted(boolean woken, LiveTask parent) {}
        return Sql.fetch(
                        dsl,
                        """
                        WITH parent AS MATERIALIZED (
                            SELECT task_id, state AS before FROM live_tasks
                             WHERE task_id = ANY (?::text[]) ORDER BY task_id FOR UPDATE
                        )
                        UPDATE live_tasks l
                           SET open_children = l.open_children - e.ended,
                               state = CASE WHEN l.state = 'waiting' AND l.open_children = e.ended THEN 'queued' ELSE l.state END,
                               dispatch_at = CASE WHEN l.state = 'waiting' AND l.open_children = e.ended
                                                  THEN clock_timestamp() + ? * interval '1 ms' ELSE l.dispatch_at END
                          FROM parent, unnest(?::text[], ?::int[]) AS e(task_id, ended)
                         WHERE e.task_id = parent.task_id AND l.task_id = ANY (ARRAY[e.task_id])
                        RETURNING parent.before = 'waiting' AND l.state = 'queued' AS woken,\s""" + LiveTask.COLUMNS,
                        row -> new Counted(row.getBoolean("woken"), LiveTask.of(row)),
                        endedOf.keySet().toArray(String[]::new),
                        Dispatch.GRACE.toMillis(),
                        endedOf.keySet().toArray(String[]::new),
                        endedOf.values().toArray(Integer[]::new))
                .stream()
                .filter(Counted::woken)
                .map(Counted::parent)
                .toList();
    }

    /** Takes all descendants of a task off the live table; deleting is the fence for those that run. */
    List<LiveTask> endDescendants(DSLContext dsl, String taskId) {
        String prefix = Kinship.descendantsOf(taskId);
        return Sql.fetch(
                dsl,
                """
                        WITH descendant AS MATERIALIZED (
                            SELECT task_id FROM live_tasks WHERE task_id > ? AND task_id < ? ORDER BY task_id FOR UPDATE
                        )
                        DELETE FROM live_tasks l WHERE l.task_id = ANY (ARRAY(SELECT task_id FROM descendant))
                        RETURNING\s""" + LiveTask.COLUMNS,
                LiveTask::of,
                prefix,
                // The character after the separator: ids are compared byte by byte.
                prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1));
    }

    /** The running attempt that submits, its row locked; empty when it is no longer trusted. */
    Optional<Parent> lockParent(DSLContext dsl, Hold hold) {
        return Sql.fetch(
                        dsl,
                        """
                        SELECT l.phase_id, l.lane, l.children FROM live_tasks l
                         WHERE l.task_id = ? AND l.epoch = ? AND l.state = 'running' FOR UPDATE
                        """,
                        row -> new Parent(row.getString("phase_id"), row.getInt("lane"), row.getInt("children")),
                        hold.taskId(),
                        hold.epoch())
                .stream()
                .findFirst();
    }
}
