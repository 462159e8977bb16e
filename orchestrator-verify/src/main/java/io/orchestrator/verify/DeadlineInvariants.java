package io.orchestrator.verify;

/** Starts, held against deadlines and ends. */
final class DeadlineInvariants {
    private DeadlineInvariants() {}

    static Invariant noLateStart() {
        return new Invariant(
                        "I10",
                        "No attempt starts after its task's, phase's or run's time is over",
                        new Rule.Query(
                                "start-after-deadline",
                                "an attempt was claimed after the deadline that should have stopped it",
                                starts("t.claimed_at > least(t.own_deadline, p.deadline, r.deadline)")),
                        new Rule.Query(
                                "start-after-end",
                                "an attempt was claimed after its phase or run had ended",
                                starts("t.claimed_at > least(p.finished_at, r.finished_at)")))
                .without("starts between a cancel and the end that it leads to: its instant is not kept");
    }

    /** Clocks are the database's, but an instant is taken within a statement; hence the tolerance. */
    private static String starts(String tooLate) {
        return """
                SELECT t.run_id AS run, t.id AS task, t.claimed_at, t.own_deadline, p.deadline AS phase_deadline,
                       r.deadline AS run_deadline, p.finished_at AS phase_end, r.finished_at AS run_end
                  FROM (SELECT run_id, phase_id, id, NULL::timestamptz AS own_deadline,
                               started_at - :start_ms::bigint * interval '1 ms' AS claimed_at FROM task
                        UNION ALL
                        SELECT run_id, phase_id, task_id, deadline,
                               claimed_at - :start_ms::bigint * interval '1 ms' FROM live) t
                  JOIN phase p ON p.id = t.phase_id
                  JOIN run r ON r.id = t.run_id
                 WHERE\s""" + tooLate;
    }
}
