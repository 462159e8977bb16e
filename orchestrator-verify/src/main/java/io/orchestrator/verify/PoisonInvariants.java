package io.orchestrator.verify;

/** Tasks that take their workers down. */
final class PoisonInvariants {
    private PoisonInvariants() {}

    static Invariant buriedInTime() {
        return new Invariant(
                        "I12",
                        "A task is dead after so many claims without progress, and never before",
                        new Rule.Query(
                                "claims-within-limit",
                                "the task was claimed more often without progress than the limit allows",
                                """
                                SELECT run_id AS run, task_id AS task, state, claims, :max_claims::int AS max_claims
                                  FROM live WHERE claims > :max_claims::int
                                """),
                        new Rule.Query(
                                "dead-for-a-reason",
                                "the task is dead, and fewer of its claims were lost before than the limit asks for",
                                """
                                SELECT t.run_id AS run, t.id AS task, coalesce(n.lost, 0) + 1 AS claims_lost,
                                       :max_claims::int AS max_claims
                                  FROM task t LEFT JOIN (
                                       SELECT task_id, count(*) FILTER (WHERE seq > coalesce(retried, 0)
                                                                          AND kind NOT IN ('task.retrying', 'task.fell_back')) AS lost
                                         FROM (SELECT task_id, kind, seq, max(seq) FILTER (WHERE kind IN ('task.retrying', 'task.fell_back'))
                                                                          OVER (PARTITION BY task_id) AS retried
                                                 FROM event
                                                WHERE kind IN ('task.reclaimed', 'task.handed_back', 'task.retrying', 'task.fell_back')) e
                                        GROUP BY task_id) n ON n.task_id = t.id
                                 WHERE t.outcome = 'dead' AND coalesce(t.error, '') NOT LIKE ALL (ARRAY['%cannot be read%',
                                           'it cannot be claimed%', 'its end cannot be recorded%']) AND coalesce(n.lost, 0) + 1 < :max_claims::int
                                   AND t.run_id NOT IN (SELECT run_id FROM cut_log)
                                """))
                .without("that exactly so many were lost: the count of a dead task's claims is not kept, nor when a"
                        + " checkpoint set it back");
    }
}
