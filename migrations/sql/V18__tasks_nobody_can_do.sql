-- Tasks that no worker can do, and what the views tell of them and of what is set aside.

-- How often in a row the task was declined, because the workers that took it know nobody for its target. It is sent again
-- after a growing while, and the age of its wait goes on.
ALTER TABLE live_tasks ADD COLUMN declined int NOT NULL DEFAULT 0;
-- Since when it was ready when it was claimed last, or where that claim was declined, when it was claimed first.
ALTER TABLE live_tasks ADD COLUMN ready_since timestamptz;
-- By which workers, so that each looks at it once by itself. Only the newest are kept.
ALTER TABLE live_tasks ADD COLUMN declined_by text[] COLLATE "C";
ALTER TABLE live_tasks
    ALTER COLUMN declined SET STATISTICS 0,
    ALTER COLUMN ready_since SET STATISTICS 0,
    ALTER COLUMN declined_by SET STATISTICS 0;
-- Almost always empty; every worker asks it now and then.
CREATE INDEX live_tasks_declined ON live_tasks (lane, dispatch_at) WHERE declined > 0;

CREATE OR REPLACE VIEW queued_tasks AS
SELECT l.task_id, l.run_id, l.phase_id, (ARRAY['critical', 'high', 'normal', 'low'])[l.lane + 1] AS lane, t.type, t.target,
       l.attempt, l.epoch, l.claims AS claims_without_progress, i.idle_since,
       extract(epoch FROM clock_timestamp() - i.idle_since)::double precision AS seconds_idle,
       g.kind AS held_by, g.name AS gate, g.reason AS held_because, l.declined, l.set_aside
FROM live_tasks l
JOIN tasks t ON t.id = l.task_id
-- When something last happened to it; that workers took it and gave it back at once because they do not know its target is
-- nothing.
CROSS JOIN LATERAL (SELECT CASE WHEN l.declined > 0 THEN l.ready_since
                                ELSE greatest(l.released_at, l.claimed_at, l.heartbeat_at) END AS idle_since) i
LEFT JOIN LATERAL (
    SELECT c.kind, c.name, c.reason FROM closed_gates c
     WHERE c.name = CASE c.kind
                    WHEN 'run' THEN l.run_id
                    WHEN 'lane' THEN (ARRAY['critical', 'high', 'normal', 'low'])[l.lane + 1]
                    ELSE t.type || ':' || t.target END
       -- A probe is on its way through its target's gate.
       AND NOT (c.kind = 'target' AND l.probe)
     ORDER BY c.closed_at LIMIT 1) g ON true
WHERE l.state = 'queued';

-- Runs in which nothing runs at this moment, a row for each reason. 'nothing' and 'set_aside' are those to worry about.
CREATE OR REPLACE VIEW runs_not_moving AS
WITH still AS (
    SELECT r.id, r.name, r.state, r.ending, r.start_at, r.created_at FROM runs r
    WHERE r.finished_at IS NULL
      AND NOT EXISTS (SELECT FROM live_tasks l WHERE l.run_id = r.id AND l.state = 'running')
), reasons AS (
    SELECT r.id AS run_id, 'start' AS because, 'it starts later' AS detail, r.created_at AS since, r.start_at AS until,
           NULL::bigint AS tasks
    FROM still r WHERE r.state = 'pending' AND r.start_at > clock_timestamp()
    UNION ALL
    SELECT r.id, 'paused', g.reason, g.closed_at, NULL, NULL
    FROM still r JOIN closed_gates g ON g.kind = 'run' AND g.name = r.id
    UNION ALL
    SELECT h.run_id, 'decision', 'phase ' || h.phase || ' waits for a person: ' || coalesce(h.reason, 'it missed a rubric'),
           h.held_at, h.deadline, NULL
    FROM held_phases h JOIN still r ON r.id = h.run_id
    UNION ALL
    SELECT q.run_id, 'gate', q.held_by || ' ' || q.gate || ': ' || q.held_because, min(g.closed_at), min(g.reopens_at),
           count(*)
    FROM queued_tasks q JOIN still r ON r.id = q.run_id
    JOIN closed_gates g ON g.kind = q.held_by AND g.name = q.gate
    WHERE q.held_by <> 'run'
    GROUP BY q.run_id, q.held_by, q.gate, q.held_because
    UNION ALL
    SELECT q.run_id, 'worker', 'ready, and no worker has taken it', min(q.idle_since), NULL, count(*)
    FROM queued_tasks q JOIN still r ON r.id = q.run_id
    WHERE q.held_by IS NULL AND q.declined = 0 AND q.set_aside IS NULL
    GROUP BY q.run_id
    UNION ALL
    SELECT q.run_id, 'target', 'no worker that looked knows ' || q.type || ' ''' || q.target || '''', min(q.idle_since), NULL,
           count(*)
    FROM queued_tasks q JOIN still r ON r.id = q.run_id
    WHERE q.held_by IS NULL AND q.declined > 0 AND q.set_aside IS NULL
    GROUP BY q.run_id, q.type, q.target
    UNION ALL
    SELECT q.run_id, 'set_aside', 'task ' || min(q.task_id) || ': ' || min(q.set_aside), min(q.idle_since), NULL, count(*)
    FROM queued_tasks q JOIN still r ON r.id = q.run_id
    WHERE q.set_aside IS NOT NULL
    GROUP BY q.run_id
    UNION ALL
    SELECT r.id, 'set_aside', u.set_aside, NULL, NULL, NULL
    FROM still r JOIN runs u ON u.id = r.id WHERE u.set_aside IS NOT NULL
    UNION ALL
    SELECT t.run_id, 'set_aside', 'timer ' || min(t.id) || ' (' || min(t.kind) || '): ' || min(t.error), min(t.set_aside_at),
           NULL, NULL
    FROM timers t JOIN still r ON r.id = t.run_id WHERE t.state = 'pending' AND t.set_aside_at IS NOT NULL
    GROUP BY t.run_id
    UNION ALL
    SELECT l.run_id, 'retry', 'the next attempt waits for its timer', min(l.heartbeat_at), min(t.fire_at), count(*)
    FROM live_tasks l JOIN still r ON r.id = l.run_id
    LEFT JOIN timers t ON t.task_id = l.task_id AND t.kind = 'retry' AND t.state = 'pending'
    WHERE l.state = 'retrying'
    GROUP BY l.run_id
    UNION ALL
    SELECT l.run_id, 'children', 'it waits for ' || sum(l.open_children) || ' tasks of its own', min(l.claimed_at), NULL,
           count(*)
    FROM live_tasks l JOIN still r ON r.id = l.run_id
    WHERE l.state = 'waiting'
    GROUP BY l.run_id
    UNION ALL
    SELECT t.run_id, 'delay', 'phase ' || p.name || ' starts later', t.created_at, t.fire_at, NULL
    FROM timers t JOIN still r ON r.id = t.run_id JOIN phases p ON p.id = t.phase_id
    WHERE t.kind = 'phase_start' AND t.state = 'pending'
    UNION ALL
    SELECT r.id, 'ending', 'it ends as ' || r.ending, NULL, NULL, NULL
    FROM still r WHERE r.ending IS NOT NULL
)
SELECT r.id AS run_id, r.name AS run, r.state, coalesce(w.because, 'nothing') AS because,
       coalesce(w.detail, 'no reason is known: see docs/operations.md') AS detail, w.since, w.until,
       extract(epoch FROM w.until - clock_timestamp())::double precision AS seconds_until, w.tasks
FROM still r LEFT JOIN reasons w ON w.run_id = r.id;

-- What is set aside is asked for by every probe of a process's health.
CREATE INDEX live_tasks_set_aside ON live_tasks (task_id) WHERE set_aside IS NOT NULL;
CREATE INDEX runs_set_aside ON runs (id) WHERE set_aside IS NOT NULL;
CREATE INDEX timers_set_aside ON timers (id) WHERE set_aside_at IS NOT NULL;
