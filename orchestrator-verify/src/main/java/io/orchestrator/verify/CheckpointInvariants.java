package io.orchestrator.verify;

import java.util.List;
import java.util.Set;

/** Points to continue from. */
final class CheckpointInvariants {
    private CheckpointInvariants() {}

    static Invariant chain() {
        return new Invariant(
                "I6",
                "Checkpoints follow each other without gaps, and an attempt continues from the newest",
                List.of(noGap(), newestIsKnown(), epochsGrow(), ofATask(), resumed(), writtenByItsEpoch()),
                List.of());
    }

    private static Rule noGap() {
        return new Rule.Query(
                "checkpoint-gap", "one of the checkpoints that are kept is missing between the others", """
                SELECT t.run_id AS run, t.id AS task, count(*) AS kept, min(k.seq) AS first, max(k.seq) AS last
                  FROM task t JOIN checkpoints k ON k.task_id = t.id
                 GROUP BY t.run_id, t.id HAVING count(*) <> max(k.seq) - min(k.seq) + 1 OR min(k.seq) < 1
                """);
    }

    private static Rule newestIsKnown() {
        return new Rule.Query(
                "checkpoint-newest",
                "the task's count of checkpoints and its newest one differ: the newest was lost, or deleted by hand",
                """
                SELECT l.run_id AS run, l.task_id AS task, l.checkpoint_seq, coalesce(k.newest, 0) AS newest
                  FROM live l LEFT JOIN (SELECT task_id, max(seq) AS newest FROM checkpoints GROUP BY task_id) k
                       ON k.task_id = l.task_id
                 WHERE l.checkpoint_seq <> coalesce(k.newest, 0)
                """);
    }

    private static Rule epochsGrow() {
        return new Rule.Query(
                "checkpoint-epoch-falls",
                "a later checkpoint is of an earlier epoch: an attempt that was no longer trusted has saved one",
                """
                SELECT run, task, seq, epoch, before AS epoch_before
                  FROM (SELECT t.run_id AS run, t.id AS task, k.seq, k.epoch,
                               lag(k.epoch) OVER (PARTITION BY k.task_id ORDER BY k.seq) AS before
                          FROM task t JOIN checkpoints k ON k.task_id = t.id) k
                 WHERE epoch < before
                """);
    }

    private static Rule ofATask() {
        return new Rule.Query(
                "checkpoint-of-a-task",
                "checkpoints belong to a task that does not exist: the task was lost",
                Set.of(Need.WHOLE_DATABASE),
                """
                SELECT k.task_id AS task, count(*) AS checkpoints FROM checkpoints k
                 WHERE NOT EXISTS (SELECT FROM tasks t WHERE t.id = k.task_id) GROUP BY k.task_id
                """);
    }

    /**
     * Trimming removes the oldest, so the newest one before an epoch is known exactly while any of them is kept; else it
     * lay before all that are kept. A start that is newer than the snapshot is not judged. A
     * fallback begins anew, unless its plan says otherwise: what was saved before it is not its own.
     */
    private static Rule resumed() {
        return new Rule.Query(
                "resumed-from-newest",
                "an attempt did not continue from the newest checkpoint that was saved before it: work was lost",
                Set.of(Need.JOURNAL),
                """
                SELECT run, task, line AS journal_line, epoch, resume_seq, newest_before, first_kept, after_seq
                  FROM (SELECT t.run_id AS run, t.id AS task, j.line, j.epoch, j.resume_seq,
                               (SELECT max(seq) FROM checkpoints k
                                 WHERE k.task_id = t.id AND k.epoch < j.epoch AND k.seq > b.after_seq) AS newest_before,
                               (SELECT min(seq) FROM checkpoints k WHERE k.task_id = t.id AND k.seq > b.after_seq)
                                   AS first_kept,
                               b.after_seq, l.checkpoint_seq
                          FROM journal j JOIN task t ON t.id = j.task LEFT JOIN live l ON l.task_id = t.id
                         CROSS JOIN LATERAL (
                               SELECT CASE WHEN j.epoch > coalesce(max(e.epoch), 0)
                                           THEN coalesce((t.fell_back ->> 'afterSeq')::bigint, 0) ELSE 0 END AS after_seq
                                 FROM event e WHERE e.task_id = t.id AND e.kind = 'task.fell_back') b
                         WHERE j.kind = 'start' AND j.resume_seq IS NOT NULL AND j.epoch <= coalesce(l.epoch, t.epoch)) s
                 WHERE resume_seq <> newest_before
                    OR newest_before IS NULL AND resume_seq >= first_kept
                    OR resume_seq BETWEEN 1 AND after_seq
                    OR checkpoint_seq = 0 AND resume_seq <> 0
                """);
    }

    /** What the current holder has saved since the snapshot is not missed, nor what retention has removed. */
    private static Rule writtenByItsEpoch() {
        return new Rule.Query(
                "saved-as-told",
                "a checkpoint whose saving returned is gone, or stands under another epoch than its writer's",
                Set.of(Need.JOURNAL),
                """
                SELECT t.run_id AS run, t.id AS task, j.line AS journal_line, j.seq, j.epoch, k.epoch AS stored_epoch, n.newest
                  FROM journal j JOIN task t ON t.id = j.task
                  LEFT JOIN live l ON l.task_id = t.id
                  LEFT JOIN checkpoints k ON k.task_id = t.id AND k.seq = j.seq
                  LEFT JOIN LATERAL (SELECT max(seq) AS newest FROM checkpoints a WHERE a.task_id = t.id) n ON true
                 WHERE j.kind = 'checkpoint'
                   AND (k.epoch <> j.epoch
                        OR (l.epoch <= j.epoch) IS NOT TRUE
                           AND (k.seq IS NULL AND j.seq > n.newest OR n.newest IS NULL AND l.task_id IS NOT NULL))
                """);
    }
}
