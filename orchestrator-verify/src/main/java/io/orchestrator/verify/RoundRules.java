package io.orchestrator.verify;

/** Phases that are done again, or wait for a person. */
final class RoundRules {
    private RoundRules() {}

    static Rule tasks() {
        return new Rule.Query(
                "task-of-its-round",
                "the task is of a round that its phase has not come to, or of an earlier one without having completed",
                """
                SELECT t.run_id AS run, t.id AS task, t.round, t.outcome, p.id AS phase, p.round AS phase_round
                  FROM task t JOIN phase p ON p.id = t.phase_id
                 WHERE t.round > p.round OR t.round < 1 OR t.round < p.round AND t.outcome IS DISTINCT FROM 'completed'
                """);
    }

    /** A further round is one that the plan allows, that a person has decided, or that continuing the run has begun. */
    static Rule withinPolicy() {
        return new Rule.Query("rounds-within-policy", "the phase was done more often than anything asked for", """
                SELECT p.run_id AS run, p.id AS phase, p.name, p.round, y.retries, coalesce(n.asked, 0) AS asked
                  FROM phase p JOIN run r ON r.id = p.run_id
                 CROSS JOIN LATERAL (
                       SELECT CASE jsonb_typeof(ph -> 'onRubricMiss')
                                   WHEN 'object' THEN (ph #>> '{onRubricMiss,retry}')::numeric
                                   WHEN 'string' THEN (ph ->> 'onRubricMiss' = 'retry')::int ELSE 0 END AS retries
                         FROM jsonb_array_elements(r.plan -> 'phases') AS ph WHERE ph ->> 'phase' = p.name) y
                  LEFT JOIN (SELECT phase_id, count(*) AS asked FROM event
                              WHERE kind = 'phase.reopened' OR kind = 'phase.decided' AND data ->> 'decision' = 'retry'
                              GROUP BY phase_id) n ON n.phase_id = p.id
                 WHERE p.round - 1 > y.retries + coalesce(n.asked, 0) AND p.run_id NOT IN (SELECT run_id FROM cut_log)
                """);
    }

    static Rule decided() {
        return new Rule.Query(
                "decided-once",
                "more was decided about the phase than it has waited, or it waits and the log does not tell so",
                """
                SELECT p.run_id AS run, p.id AS phase, p.name, p.state, coalesce(n.waits, 0) AS waits,
                       coalesce(n.decisions, 0) AS decisions
                  FROM phase p
                  LEFT JOIN (SELECT phase_id, count(*) FILTER (WHERE kind = 'phase.holding') AS waits,
                                    count(*) FILTER (WHERE kind = 'phase.decided') AS decisions
                               FROM event WHERE kind IN ('phase.holding', 'phase.decided') GROUP BY phase_id) n
                       ON n.phase_id = p.id
                 WHERE coalesce(n.decisions, 0) + (p.state = 'holding')::int > coalesce(n.waits, 0)
                   AND p.run_id NOT IN (SELECT run_id FROM cut_log)
                """);
    }

    static Rule fallbacks() {
        return new Rule.Query(
                "fell-back-once",
                "the log does not tell exactly once that the task went on with its fallback, or it did not",
                """
                SELECT t.run_id AS run, t.id AS task, t.target, t.fallback, t.fell_back, coalesce(n.times, 0) AS events
                  FROM task t
                  LEFT JOIN (SELECT task_id, count(*) AS times FROM event WHERE kind = 'task.fell_back' GROUP BY task_id) n
                       ON n.task_id = t.id
                 WHERE coalesce(n.times, 0) > (t.fell_back IS NOT NULL)::int
                    OR t.fell_back IS NOT NULL AND n.times IS NULL AND t.run_id NOT IN (SELECT run_id FROM cut_log)
                """);
    }
}
