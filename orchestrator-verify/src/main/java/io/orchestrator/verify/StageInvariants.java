package io.orchestrator.verify;

import java.util.List;

/** Phases and runs: counters, order, start and end. */
final class StageInvariants {
    /** What each phase needs: what it names or, in a plan where no phase names any, the phase before it. */
    private static final String NEEDS = """
            WITH planned AS (
                SELECT p.run_id, p.id, p.name, ph, lag(p.name) OVER (PARTITION BY p.run_id ORDER BY p.ordinal) AS previous,
                       bool_or(jsonb_exists(ph, 'needs')) OVER (PARTITION BY p.run_id) AS graph
                  FROM phase p JOIN run r ON r.id = p.run_id
                 CROSS JOIN LATERAL jsonb_array_elements(r.plan -> 'phases') AS ph
                 WHERE ph ->> 'phase' = p.name),
            need AS (
                SELECT run_id, id AS phase_id, n.name FROM planned
                 CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(ph -> 'needs', '[]')) AS n(name) WHERE graph
                UNION ALL
                SELECT run_id, id, previous FROM planned WHERE NOT graph AND previous IS NOT NULL),
            milestone AS (SELECT phase_id, kind, seq FROM event WHERE kind IN ('phase.started', 'phase.completed'))
            """;

    private StageInvariants() {}

    static Invariant progress() {
        return new Invariant(
                "I11",
                "A phase starts once, after what it needs, and ends once, after all its tasks; so does a run",
                List.of(
                        counters(),
                        ended(),
                        steps(),
                        stuck(),
                        places(),
                        phaseEvents(),
                        takenOver(),
                        runEvents(),
                        needs(),
                        RoundRules.tasks(),
                        RoundRules.withinPolicy(),
                        RoundRules.decided()),
                List.of());
    }

    private static Rule counters() {
        return new Rule.Query(
                "phase-counters",
                "the phase's counters are not what counting the tasks of its round gives: an end was booked twice, or not at all",
                """
                SELECT p.run_id AS run, p.id AS phase, p.name, p.total, c.total AS counted_total, p.open,
                       c.open AS counted_open, p.completed, c.completed AS counted_completed, p.failed, c.failed AS counted_failed,
                       p.failed_children, c.failed_children AS counted_failed_children
                  FROM phase p LEFT JOIN (
                       SELECT t.phase_id, count(*) AS total, count(*) FILTER (WHERE outcome IS NULL) AS open,
                              count(*) FILTER (WHERE outcome = 'completed') AS completed,
                              count(*) FILTER (WHERE outcome IN ('failed', 'dead', 'timed_out') AND parent_id IS NULL) AS failed,
                              count(*) FILTER (WHERE outcome IN ('failed', 'dead', 'timed_out') AND parent_id IS NOT NULL)
                                  AS failed_children
                         FROM task t JOIN phase q ON q.id = t.phase_id AND q.round = t.round GROUP BY t.phase_id) c ON c.phase_id = p.id
                 WHERE (p.total, p.open, p.completed, p.failed, p.failed_children)
                       IS DISTINCT FROM (coalesce(c.total, 0), coalesce(c.open, 0), coalesce(c.completed, 0),
                                         coalesce(c.failed, 0), coalesce(c.failed_children, 0))
                """);
    }

    private static Rule ended() {
        return new Rule.Query("ended-with-open-parts", "the stage has ended, and a part of it has not", """
                SELECT p.run_id AS run, p.id AS part_of, p.state, l.task_id AS part, l.state AS part_state
                  FROM phase p JOIN live_tasks l ON l.phase_id = p.id WHERE p.finished_at IS NOT NULL
                UNION ALL
                SELECT p.run_id, p.id, p.state, 'counter', p.open::text FROM phase p WHERE p.finished_at IS NOT NULL AND p.open > 0
                UNION ALL
                SELECT r.id, r.id, r.state, p.id, p.state
                  FROM run r JOIN phases p ON p.run_id = r.id WHERE r.finished_at IS NOT NULL AND p.finished_at IS NULL
                """);
    }

    private static Rule steps() {
        return new Rule.Query(
                "completed-all-steps",
                "the phase completed without having opened all its steps, or the run without all its phases",
                """
                SELECT run_id AS run, id AS stage, step, steps FROM phase WHERE state = 'completed' AND step <> steps - 1
                   AND origin_phase_id IS NULL
                UNION ALL
                SELECT r.id, p.id, p.step, p.steps FROM run r JOIN phases p ON p.run_id = r.id
                 WHERE r.state = 'completed' AND p.state <> 'completed'
                """);
    }

    private static Rule stuck() {
        return new Rule.Query(
                "phase-stuck",
                "the phase runs and has nothing to wait for: whoever ended its last task did not move it on",
                """
                SELECT run_id AS run, id AS phase, name, step, steps, ending FROM phase WHERE state = 'running' AND open = 0
                """);
    }

    /** What is ending starts nothing more, so its places stay free. Children take none. */
    private static Rule places() {
        return new Rule.Query(
                "places-in-use",
                "more tasks of the phase are released than it has places, or places stay free while tasks wait",
                """
                SELECT p.run_id AS run, p.id AS phase, p.name, p.parallelism, c.released, c.waiting
                  FROM phase p JOIN run r ON r.id = p.run_id
                  JOIN (SELECT phase_id, count(*) FILTER (WHERE state <> 'pending') AS released,
                               count(*) FILTER (WHERE state = 'pending') AS waiting
                          FROM live l WHERE NOT EXISTS (SELECT FROM tasks t WHERE t.id = l.task_id AND t.parent_id IS NOT NULL)
                         GROUP BY phase_id) c
                       ON c.phase_id = p.id
                 WHERE c.released > p.parallelism
                    OR c.released < p.parallelism AND c.waiting > 0 AND p.ending IS NULL AND r.ending IS NULL
                """);
    }

    private static Rule phaseEvents() {
        return new Rule.Query(
                "phase-events-once", "the log does not tell exactly once of the phase's start and of its end", """
                SELECT p.run_id AS run, p.id AS phase, p.name, p.state, p.started_at, coalesce(b.starts, 0) AS start_events,
                       coalesce(n.ends, 0) AS end_events, n.kinds
                  FROM phase p
                  LEFT JOIN (SELECT phase_id, count(*) AS starts FROM event WHERE kind = 'phase.started' GROUP BY phase_id) b
                       ON b.phase_id = p.id
                  LEFT JOIN (SELECT phase_id, count(*) FILTER (WHERE stands) AS ends, count(*) > count(DISTINCT undone) AS twice,
                                    max(kind) FILTER (WHERE stands) AS last, string_agg(kind, ', ' ORDER BY seq) AS kinds
                               FROM ending WHERE kind LIKE 'phase.%' GROUP BY phase_id) n ON n.phase_id = p.id
                 WHERE p.origin_phase_id IS NULL
                   AND (coalesce(b.starts, 0) > (p.started_at IS NOT NULL)::int
                        OR coalesce(n.ends, 0) > (p.finished_at IS NOT NULL)::int OR n.twice
                        OR n.ends = 1 AND n.last <> 'phase.' || p.state
                        OR p.run_id NOT IN (SELECT run_id FROM cut_log)
                           AND (coalesce(b.starts, 0) < (p.started_at IS NOT NULL)::int
                                OR coalesce(n.ends, 0) < (p.finished_at IS NOT NULL)::int))
                """);
    }

    /** Nothing of it may have happened here, and the work that it shows has to be there. */
    private static Rule takenOver() {
        return new Rule.Query(
                "taken-over-work",
                "the phase counts as done by another run that has not done it, or the log does not say so",
                """
                SELECT p.run_id AS run, p.id AS phase, p.name, p.origin_run_id, p.origin_phase_id, o.state AS origin_state,
                       o.name AS origin_name, coalesce(n.told, 0) AS events_that_tell, coalesce(n.others, 0) AS other_events
                  FROM phase p
                  LEFT JOIN phases o ON o.id = p.origin_phase_id AND o.run_id = p.origin_run_id
                  LEFT JOIN (SELECT phase_id, count(*) FILTER (WHERE kind = 'phase.taken_over') AS told,
                                    count(*) FILTER (WHERE kind <> 'phase.taken_over') AS others
                               FROM event WHERE phase_id IS NOT NULL GROUP BY phase_id) n ON n.phase_id = p.id
                 WHERE p.origin_phase_id IS NULL AND n.told > 0
                    OR p.origin_phase_id IS NOT NULL
                       AND (o.state IS DISTINCT FROM 'completed'
                               -- Deleted since: its work is missed by nobody, as long as this run has ended.
                               AND NOT (o.id IS NULL AND p.run_id IN (SELECT id FROM run WHERE finished_at IS NOT NULL)
                                        AND NOT EXISTS (SELECT FROM runs x WHERE x.id = p.origin_run_id))
                            OR o.name <> p.name OR o.origin_phase_id IS NOT NULL
                            OR p.started_at IS NOT NULL OR n.others > 0 OR n.told > 1
                            OR coalesce(n.told, 0) < 1 AND p.run_id NOT IN (SELECT run_id FROM cut_log))
                """);
    }

    private static Rule runEvents() {
        return new Rule.Query(
                "run-events-once", "the log does not tell exactly once of the run's submission and of its end", """
                SELECT r.id AS run, r.state, coalesce(b.starts, 0) AS submit_events, coalesce(n.ends, 0) AS end_events, n.kinds
                  FROM run r
                  LEFT JOIN (SELECT run_id, count(*) AS starts FROM event WHERE kind = 'run.submitted' GROUP BY run_id) b
                       ON b.run_id = r.id
                  LEFT JOIN (SELECT run_id, count(*) FILTER (WHERE stands) AS ends, count(*) > count(DISTINCT undone) AS twice,
                                    max(kind) FILTER (WHERE stands) AS last, string_agg(kind, ', ' ORDER BY seq) AS kinds
                               FROM ending WHERE kind LIKE 'run.%' GROUP BY run_id) n ON n.run_id = r.id
                 WHERE coalesce(b.starts, 0) > 1
                    OR coalesce(n.ends, 0) > (r.finished_at IS NOT NULL)::int OR n.twice
                    OR n.ends = 1 AND n.last <> 'run.' || r.state
                    OR r.id NOT IN (SELECT run_id FROM cut_log)
                       AND (coalesce(b.starts, 0) < 1 OR coalesce(n.ends, 0) < (r.finished_at IS NOT NULL)::int)
                """);
    }

    /** Order is told by the numbers of the events and not by instants, so that a step of the clock breaks nothing. */
    private static Rule needs() {
        return new Rule.Query(
                "needs-before-start", "the phase started before a phase that it needs had completed", NEEDS + """
                SELECT s.run_id AS run, s.id AS phase, s.name, n.name AS needs, q.state AS needed_state,
                       b.seq AS started_seq, c.seq AS needed_completed_seq
                  FROM phase s JOIN need n ON n.phase_id = s.id
                  LEFT JOIN phase q ON q.run_id = s.run_id AND q.name = n.name
                  LEFT JOIN milestone b ON b.phase_id = s.id AND b.kind = 'phase.started'
                  LEFT JOIN milestone c ON c.phase_id = q.id AND c.kind = 'phase.completed'
                 WHERE s.started_at IS NOT NULL AND (q.state IS DISTINCT FROM 'completed' OR b.seq < c.seq)
                """);
    }
}
