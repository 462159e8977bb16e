package io.orchestrator.verify;

/** Further attempts, held against the plan's policy. */
final class RetryInvariants {
    /**
     * The retry policy of each task, from the plan: the agent's own, else the plan's, else 3 attempts, 1 s doubling up to
     * 5 min, field by field. An agent that is only a name is a text, of which {@code ->>} takes nothing.
     */
    private static final String POLICY = """
            policy AS (
                SELECT p.id AS phase_id, coalesce(a ->> 'as', a ->> 'tool', a ->> 'agent', a #>> '{}') AS name,
                       coalesce((a #>> '{retry,maxAttempts}')::numeric, (r.plan #>> '{retry,maxAttempts}')::numeric, 3)
                           AS max_attempts,
                       extract(epoch FROM upper(coalesce(a #>> '{retry,base}', r.plan #>> '{retry,base}', 'PT1S'))::interval)
                           * 1000 AS base_ms,
                       extract(epoch FROM upper(coalesce(a #>> '{retry,max}', r.plan #>> '{retry,max}', 'PT5M'))::interval)
                           * 1000 AS max_ms,
                       coalesce((a #>> '{retry,jitter}')::boolean, (r.plan #>> '{retry,jitter}')::boolean, false) AS jitter
                  FROM run r JOIN phase p ON p.run_id = r.id
                 CROSS JOIN LATERAL jsonb_array_elements(r.plan -> 'phases') AS ph
                 CROSS JOIN LATERAL jsonb_array_elements(ph -> 'agents') AS a
                 WHERE ph ->> 'phase' = p.name)
            """;

    /** A retry's event has the number of the attempt to come, so one less have failed. */
    private static final String DELAYS = "WITH " + POLICY + """
            , delay AS (
                SELECT e.run_id AS run, e.task_id AS task, e.seq, e.attempt - 1 AS failed_attempts,
                       (e.data ->> 'delayMs')::numeric AS delay_ms, (e.data ->> 'askedMs')::numeric AS asked_ms, y.jitter,
                       floor(least(y.base_ms * power(2::numeric, least(greatest(e.attempt - 2, 0), 62)), y.max_ms)) AS policy_ms
                  FROM event e JOIN task t ON t.id = e.task_id
                  JOIN policy y ON y.phase_id = t.phase_id AND y.name = t.name
                 WHERE e.kind = 'task.retrying' AND e.data ->> 'delayMs' IS NOT NULL)
            """;

    private RetryInvariants() {}

    static Invariant withinPolicy() {
        return new Invariant(
                        "I9",
                        "Tasks are tried again as often and as late as the plan's retry policy says",
                        new Rule.Query(
                                "attempts-within-policy",
                                "the task was tried more often than its policy allows",
                                "WITH " + POLICY + """
                                SELECT t.run_id AS run, t.id AS task, coalesce(l.attempt, t.attempt) AS attempts, y.max_attempts
                                  FROM task t LEFT JOIN live l ON l.task_id = t.id
                                  JOIN policy y ON y.phase_id = t.phase_id AND y.name = t.name
                                 WHERE coalesce(l.attempt, t.attempt) > y.max_attempts
                                """),
                        new Rule.Query(
                                "delay-not-shorter",
                                "the task was to be tried again sooner than its policy says",
                                DELAYS + "SELECT * FROM delay WHERE NOT jitter AND delay_ms < policy_ms"),
                        new Rule.Query(
                                "delay-not-longer",
                                "the task waits longer than its policy says and its agent has asked for",
                                DELAYS
                                        + "SELECT * FROM delay WHERE asked_ms IS NOT NULL AND delay_ms > greatest(policy_ms, asked_ms) + 1"),
                        RoundRules.fallbacks(),
                        new Rule.Query("not-tried-early", "the retry fired before its delay was over", """
                                SELECT run_id AS run, task_id AS task, id AS timer, fire_at, fired_at FROM timer
                                 WHERE kind = 'retry' AND state = 'fired' AND fired_at < fire_at
                                """))
                .without(
                        "a delay above the policy's, where the event does not tell what the agent asked for (askedMs)");
    }
}
