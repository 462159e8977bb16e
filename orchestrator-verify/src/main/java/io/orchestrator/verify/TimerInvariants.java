package io.orchestrator.verify;

/** Promises to act at an instant. */
final class TimerInvariants {
    private TimerInvariants() {}

    static Invariant kept() {
        return new Invariant(
                "I8",
                "Every timer fires once, in time, and with its effect",
                new Rule.Query(
                        "timer-overdue",
                        "the timer should have fired long ago: no timer service runs, or none can fire it",
                        """
                        SELECT run_id AS run, task_id AS task, id AS timer, kind, action, fire_at, now() - fire_at AS overdue
                          FROM timer WHERE state = 'pending' AND fire_at < now() - :timer_ms::bigint * interval '1 ms'
                           AND NOT (kind IN ('task_timeout', 'phase_wrap_up', 'phase_timeout', 'run_wrap_up', 'run_timeout')
                                    AND EXISTS (SELECT FROM gates g WHERE g.kind = 'run' AND g.name = run_id))
                        """),
                new Rule.Query(
                        "retry-without-effect",
                        "the retry fired, and its task still waits for it: firing and waking were two transactions",
                        """
                        SELECT m.run_id AS run, m.task_id AS task, m.id AS timer, m.fired_at, l.state, l.epoch
                          FROM timer m JOIN live l ON l.task_id = m.task_id AND l.epoch = m.expect_epoch
                         WHERE m.kind = 'retry' AND m.state = 'fired' AND l.state = 'retrying'
                        """),
                new Rule.Query(
                        "retry-has-a-timer",
                        "the task waits for a retry, and not exactly one timer of its epoch will wake it",
                        """
                        SELECT l.run_id AS run, l.task_id AS task, l.epoch, count(m.id) AS pending_timers
                          FROM live l LEFT JOIN timer m ON m.task_id = l.task_id AND m.kind = 'retry'
                                                       AND m.state = 'pending' AND m.expect_epoch = l.epoch
                         WHERE l.state = 'retrying'
                         GROUP BY l.run_id, l.task_id, l.epoch HAVING count(m.id) <> 1
                        """),
                new Rule.Query(
                        "timebox-has-a-timer", "the phase or run has a timebox, and no pending timer will end it", """
                        SELECT r.id AS run, NULL::text AS phase, r.deadline FROM run r
                         WHERE r.state = 'running' AND r.deadline IS NOT NULL AND r.ending IS NULL
                           AND NOT EXISTS (SELECT FROM timers m WHERE m.run_id = r.id AND m.phase_id IS NULL
                                              AND m.kind = 'run_timeout' AND m.state = 'pending')
                        UNION ALL
                        SELECT p.run_id, p.id, p.deadline FROM phase p JOIN runs r ON r.id = p.run_id
                         WHERE p.state IN ('running', 'holding') AND p.deadline IS NOT NULL AND p.ending IS NULL
                           AND p.deadline IS DISTINCT FROM r.deadline AND r.ending IS NULL
                           AND NOT EXISTS (SELECT FROM timers m WHERE m.phase_id = p.id AND m.task_id IS NULL
                                              AND m.kind = 'phase_timeout' AND m.state = 'pending')
                        """),
                new Rule.Query("one-retry-an-epoch", "one failed attempt was given several retries", """
                        SELECT run_id AS run, task_id AS task, expect_epoch AS epoch, count(*) AS timers
                          FROM timer WHERE kind = 'retry' GROUP BY run_id, task_id, expect_epoch HAVING count(*) > 1
                        """),
                new Rule.Query("timer-of-the-living", "the timer is pending, and what it is for has ended", """
                        SELECT m.run_id AS run, m.phase_id AS phase, m.task_id AS task, m.id AS timer, m.kind, m.fire_at
                          FROM timer m
                         WHERE m.state = 'pending' AND m.kind <> 'custom'
                           AND CASE WHEN m.task_id IS NOT NULL
                                    THEN NOT EXISTS (SELECT FROM live_tasks l WHERE l.task_id = m.task_id)
                                    WHEN m.phase_id IS NOT NULL
                                    THEN NOT EXISTS (SELECT FROM phases p WHERE p.id = m.phase_id AND p.finished_at IS NULL)
                                    ELSE NOT EXISTS (SELECT FROM runs r WHERE r.id = m.run_id AND r.finished_at IS NULL) END
                        """));
    }
}
