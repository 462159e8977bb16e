package io.orchestrator.verify;

import java.util.Set;

/** Workers, their leases and what they hold. */
final class LeaseInvariants {
    private LeaseInvariants() {}

    static Invariant held() {
        return new Invariant(
                        "I14",
                        "Whoever holds a task has a lease, and a lease belongs to a worker that is there",
                        new Rule.Query(
                                "held-under-a-lease",
                                "the task runs on a worker without a lease: nobody will ever take it back",
                                """
                                SELECT l.run_id AS run, l.task_id AS task, l.epoch, l.worker_id AS worker, w.state AS worker_state
                                  FROM live l LEFT JOIN workers w ON w.id = l.worker_id
                                 WHERE l.state = 'running'
                                   AND (w.id IS NULL OR NOT EXISTS (SELECT FROM leases s WHERE s.worker_id = l.worker_id))
                                """),
                        new Rule.Query(
                                "lease-of-a-worker",
                                "a lease without a worker that is present, or a worker without its lease",
                                Set.of(Need.WHOLE_DATABASE),
                                """
                                SELECT coalesce(w.id, s.worker_id) AS worker, w.state, w.stopped_at, s.until
                                  FROM workers w FULL JOIN leases s ON s.worker_id = w.id
                                 WHERE w.id IS NULL OR (w.stopped_at IS NULL) <> (s.worker_id IS NOT NULL)
                                """),
                        new Rule.Query(
                                "lease-taken-in-time",
                                "the lease ran out, the reaper made its rounds long after, and it still stands",
                                Set.of(Need.WHOLE_DATABASE),
                                """
                                SELECT s.worker_id AS worker, s.until, r.at AS last_round,
                                       (SELECT count(*) FROM live l WHERE l.worker_id = s.worker_id) AS tasks_held
                                  FROM leases s JOIN rounds r ON r.service = 'reaper'
                                 WHERE s.until < r.at - :lease_ms::bigint * interval '1 ms'
                                """))
                .without("Redis: nothing in it is the truth, so it is not read");
    }
}
