package io.orchestrator.verify;

import java.util.Set;

/** The fence: epochs and who holds them. */
final class EpochInvariants {
    /**
     * Who is on record as the holder of an epoch. An end that was taken from its holder (all but completed and failed)
     * raised the epoch, so the holder's own is the one before.
     */
    private static final String HOLDERS = """
            SELECT run_id AS run, task_id AS task, epoch, worker_id AS worker FROM event
             WHERE task_id IS NOT NULL AND worker_id IS NOT NULL
            UNION ALL
            SELECT run_id, task_id, epoch, worker_id FROM live WHERE worker_id IS NOT NULL
            UNION ALL
            SELECT run_id, id, CASE WHEN outcome IN ('completed', 'failed') THEN epoch ELSE epoch - 1 END, worker_id
              FROM task WHERE worker_id IS NOT NULL
            """;

    private EpochInvariants() {}

    static Invariant epochsGrow() {
        return new Invariant(
                "I2",
                "The epoch of a task never falls, and nothing is written above it",
                new Rule.Query(
                        "epoch-falls",
                        "an event was written under an epoch that a higher one had replaced: a fence is open",
                        """
                        SELECT run_id AS run, task_id AS task, seq, kind, epoch, higher AS epoch_before
                          FROM (SELECT e.*, max(epoch) OVER (PARTITION BY run_id, task_id ORDER BY seq
                                                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS higher
                                  FROM event e WHERE task_id IS NOT NULL) e
                         WHERE epoch < higher
                        """),
                new Rule.Query(
                        "epoch-above-current",
                        "something was written under an epoch that the task has not reached: its epoch went back",
                        """
                        SELECT t.run_id AS run, t.id AS task, w.what, w.epoch, coalesce(l.epoch, t.epoch) AS current
                          FROM task t LEFT JOIN live l ON l.task_id = t.id
                          JOIN (SELECT task_id, 'event' AS what, max(epoch) AS epoch FROM event
                                 WHERE task_id IS NOT NULL GROUP BY task_id
                                UNION ALL
                                SELECT task_id, 'checkpoint', max(epoch) FROM checkpoints GROUP BY task_id
                                UNION ALL
                                SELECT task_id, 'step', max(epoch) FROM steps GROUP BY task_id
                                UNION ALL
                                SELECT task_id, 'timer', max(expect_epoch) FROM timer WHERE kind = 'retry' GROUP BY task_id
                               ) w ON w.task_id = t.id
                         WHERE w.epoch > coalesce(l.epoch, t.epoch)
                        """),
                new Rule.Query(
                        "end-under-its-epoch",
                        "the end in the log and the end of the task are of different attempts",
                        """
                        SELECT t.run_id AS run, t.id AS task, t.outcome, t.epoch, t.attempt, e.seq,
                               e.epoch AS event_epoch, e.attempt AS event_attempt
                          FROM task t JOIN ending e ON e.task_id = t.id AND e.kind = 'task.' || t.outcome AND e.stands
                         WHERE e.attempt IS DISTINCT FROM t.attempt
                            OR t.epoch - (t.outcome NOT IN ('completed', 'failed'))::int IS DISTINCT FROM e.epoch
                        """));
    }

    static Invariant oneHolder() {
        return new Invariant(
                        "I3",
                        "An epoch of a task belongs to one worker",
                        new Rule.Query(
                                "one-worker-an-epoch",
                                "two workers held the same epoch: the fence could not tell them apart",
                                moreThanOneOf(HOLDERS)),
                        new Rule.Query(
                                "one-start-an-epoch",
                                "an attempt started on another worker than the one that held its epoch",
                                Set.of(Need.JOURNAL),
                                moreThanOneOf(HOLDERS + """
                                        UNION ALL
                                        SELECT t.run_id, t.id, j.epoch, j.worker
                                          FROM journal j JOIN task t ON t.id = j.task
                                         WHERE j.kind = 'start' AND j.worker IS NOT NULL
                                        """) + """
                                 AND (task, epoch) IN (SELECT task, epoch FROM journal WHERE kind = 'start')
                                """))
                .without("the database keeps no holder of an epoch that was handed back, failed or reclaimed; only a"
                        + " journal's start lines tell");
    }

    private static String moreThanOneOf(String holders) {
        return """
                SELECT run, task, epoch, string_agg(DISTINCT worker, ', ') AS workers FROM (%s) h
                 GROUP BY run, task, epoch HAVING count(DISTINCT worker) > 1""".formatted(holders);
    }
}
