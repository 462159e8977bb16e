package io.orchestrator.verify;

import java.util.List;
import java.util.Set;

/** Tasks and their ends: the history, the present and the log agree. */
final class TaskInvariants {
    private TaskInvariants() {}

    static Invariant oneEnd() {
        return new Invariant(
                "I1",
                "Every accepted task is either live or has exactly one end",
                List.of(
                        liveOrEnded(),
                        samePlace(),
                        wholeEnd(),
                        oneEndingEvent(),
                        knownTask(),
                        accepted(),
                        journalled(),
                        nothingLive(),
                        everyRunEnded()),
                List.of());
    }

    private static Rule liveOrEnded() {
        return new Rule.Query(
                "live-or-ended",
                "the task is both live and ended, or neither: it may run again after its end, or will never end",
                """
                SELECT coalesce(t.run_id, l.run_id) AS run, coalesce(t.id, l.task_id) AS task,
                       (t.id IS NOT NULL) AS known, t.outcome, l.state AS live_state, l.epoch AS live_epoch
                  FROM task t FULL JOIN live l ON l.task_id = t.id
                 WHERE t.id IS NULL OR (t.outcome IS NULL) = (l.task_id IS NULL)
                """);
    }

    private static Rule samePlace() {
        return new Rule.Query("live-in-its-phase", "the live row counts for another run or phase than its task", """
                SELECT t.run_id AS run, t.id AS task, t.phase_id AS phase, l.run_id AS live_run, l.phase_id AS live_phase
                  FROM task t JOIN live_tasks l ON l.task_id = t.id
                 WHERE l.run_id <> t.run_id OR l.phase_id <> t.phase_id
                """);
    }

    private static Rule wholeEnd() {
        return new Rule.Query(
                "end-is-whole",
                "the end was written in part: attempt and epoch are known of every task that has ended",
                """
                SELECT run_id AS run, id AS task, outcome, attempt, epoch, finished_at FROM task
                 WHERE outcome IS NOT NULL AND (attempt IS NULL OR epoch IS NULL)
                    OR outcome IS NULL AND (attempt IS NOT NULL OR epoch IS NOT NULL OR output IS NOT NULL)
                """);
    }

    private static Rule oneEndingEvent() {
        return new Rule.Query(
                "one-ending-event", "the log tells of no end, of several, or of another end than the task has", """
                SELECT t.run_id AS run, t.id AS task, t.outcome, coalesce(n.ends, 0) AS ending_events, n.kinds
                  FROM task t
                  LEFT JOIN (SELECT task_id, count(*) FILTER (WHERE stands) AS ends, count(*) > count(DISTINCT undone) AS twice,
                                    max(kind) FILTER (WHERE stands) AS last, string_agg(kind, ', ' ORDER BY seq) AS kinds
                               FROM ending WHERE kind LIKE 'task.%' GROUP BY task_id) n ON n.task_id = t.id
                 WHERE coalesce(n.ends, 0) > (t.outcome IS NOT NULL)::int OR n.twice
                    OR n.ends = 1 AND n.last <> 'task.' || t.outcome
                    OR coalesce(n.ends, 0) = 0 AND t.outcome IS NOT NULL AND t.run_id NOT IN (SELECT run_id FROM cut_log)
                """);
    }

    private static Rule knownTask() {
        return new Rule.Query("event-of-a-task", "the log tells of a task that does not exist: the task was lost", """
                SELECT e.run_id AS run, e.task_id AS task, min(e.seq) AS first_seq, max(e.seq) AS last_seq FROM event e
                 WHERE e.task_id IS NOT NULL AND NOT EXISTS (SELECT FROM tasks t WHERE t.id = e.task_id)
                 GROUP BY e.run_id, e.task_id
                """);
    }

    private static Rule accepted() {
        return new Rule.Query(
                "accepted-run",
                "a submission was answered as accepted, and its run does not exist",
                Set.of(Need.JOURNAL),
                """
                SELECT j.run, min(j.line) AS journal_line FROM journal j
                 WHERE j.kind = 'submitted' AND NOT EXISTS (SELECT FROM runs r WHERE r.id = j.run)
                 GROUP BY j.run
                """);
    }

    private static Rule journalled() {
        return new Rule.Query(
                "journalled-task",
                "an attempt of a task wrote to the journal, and the task does not exist",
                Set.of(Need.JOURNAL, Need.WHOLE_DATABASE),
                """
                SELECT j.task, min(j.line) AS journal_line FROM journal j
                 WHERE j.task IS NOT NULL AND NOT EXISTS (SELECT FROM tasks t WHERE t.id = j.task)
                 GROUP BY j.task
                """);
    }

    private static Rule nothingLive() {
        return new Rule.Query(
                "drained-of-tasks", "all work should be done, and the task has not ended", Set.of(Need.DRAINED), """
                SELECT run_id AS run, task_id AS task, state, epoch, attempt, worker_id AS worker, heartbeat_at FROM live
                """);
    }

    private static Rule everyRunEnded() {
        return new Rule.Query(
                "drained-of-runs",
                "all work should be done, and the run has not ended",
                Set.of(Need.DRAINED),
                "SELECT id AS run, state, ending, reason FROM run WHERE finished_at IS NULL");
    }
}
