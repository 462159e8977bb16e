-- What an operator looks at at night, and who may do what.
--
-- The views read what the engine already keeps; none of them is read by the engine itself. docs/operations.md says what
-- each one means and what to do about it.

-- Failures of the last hour are looked for by time; the log is written in the order of time, so this costs next to nothing.
CREATE INDEX events_by_time ON events USING brin (at) WITH (pages_per_range = 32, autosummarize = on);

-- Gates that are closed at this moment: a row of gates may have reopened by itself.
CREATE VIEW closed_gates AS
SELECT g.kind, g.name, g.reason, g.recalls, g.closed_at, g.reopens_at,
       extract(epoch FROM clock_timestamp() - g.closed_at)::double precision  AS seconds_closed,
       extract(epoch FROM g.reopens_at - clock_timestamp())::double precision AS seconds_until_open
FROM gates g
WHERE g.reopens_at IS NULL OR g.reopens_at > clock_timestamp();

-- Every task that is ready for a worker, and the gate that holds it, if one does.
CREATE VIEW queued_tasks AS
SELECT l.task_id, l.run_id, l.phase_id, (ARRAY['critical', 'high', 'normal', 'low'])[l.lane + 1] AS lane, t.type, t.target,
       l.attempt, l.epoch, l.claims AS claims_without_progress, i.idle_since,
       extract(epoch FROM clock_timestamp() - i.idle_since)::double precision AS seconds_idle,
       g.kind AS held_by, g.name AS gate, g.reason AS held_because
FROM live_tasks l
JOIN tasks t ON t.id = l.task_id
-- When something last happened to it.
CROSS JOIN LATERAL (SELECT greatest(l.released_at, l.claimed_at, l.heartbeat_at) AS idle_since) i
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

CREATE VIEW queue_depth_by_lane AS
SELECT lanes.name AS lane,
       (SELECT count(*) FROM queued_tasks q WHERE q.lane = lanes.name AND q.held_by IS NULL)     AS queued,
       (SELECT count(*) FROM queued_tasks q WHERE q.lane = lanes.name AND q.held_by IS NOT NULL) AS held,
       count(*) FILTER (WHERE l.state = 'running')  AS running,
       count(*) FILTER (WHERE l.state = 'waiting')  AS waiting,
       count(*) FILTER (WHERE l.state = 'retrying') AS retrying,
       count(*) FILTER (WHERE l.state = 'pending')  AS pending,
       (SELECT max(q.seconds_idle) FROM queued_tasks q WHERE q.lane = lanes.name AND q.held_by IS NULL)
           AS oldest_queued_seconds
FROM unnest(ARRAY['critical', 'high', 'normal', 'low']) WITH ORDINALITY AS lanes(name, n)
LEFT JOIN live_tasks l ON l.lane = lanes.n - 1
GROUP BY lanes.name, lanes.n
ORDER BY lanes.n;

-- Workers that have not said goodbye, and for how long each is still trusted. Without a lease, or with one that has run
-- out, a worker's tasks go back within seconds.
CREATE VIEW worker_leases AS
SELECT w.id AS worker_id, w.host, w.pid, w.version, w.state, w.slots,
       (SELECT count(*) FROM live_tasks l WHERE l.worker_id = w.id AND l.state = 'running') AS tasks_held,
       s.until AS lease_until,
       extract(epoch FROM s.until - clock_timestamp())::double precision      AS lease_seconds_left,
       w.started_at,
       extract(epoch FROM clock_timestamp() - w.started_at)::double precision AS up_seconds
FROM workers w LEFT JOIN leases s ON s.worker_id = w.id
WHERE w.stopped_at IS NULL;

-- Agents and tools whose attempts failed within the last hour, and those that are held.
CREATE VIEW failing_targets AS
WITH failures AS (
    SELECT e.task_id, e.kind, e.at, e.seq, e.run_id, e.data ->> 'error' AS error,
           max(e.seq) FILTER (WHERE e.kind = 'task.fell_back') OVER (PARTITION BY e.task_id) AS fell_back_seq
    FROM events e
    WHERE e.at > clock_timestamp() - interval '1 hour'
      AND e.kind IN ('task.retrying', 'task.failed', 'task.timed_out', 'task.dead', 'task.fell_back')
), by_target AS (
    -- What failed until its fallback took over was the first target's failure.
    SELECT t.type || ':' || CASE WHEN f.seq <= f.fell_back_seq THEN t.fell_back ->> 'from' ELSE t.target END AS target,
           count(*) AS failures,
           count(*) FILTER (WHERE f.kind <> 'task.retrying') AS tasks_lost,
           count(DISTINCT f.run_id) AS runs,
           max(f.at) AS last_failed_at,
           (array_agg(f.error ORDER BY f.at DESC, f.seq DESC))[1] AS last_error
    FROM failures f JOIN tasks t ON t.id = f.task_id
    GROUP BY 1
)
SELECT coalesce(f.target, b.target, g.name) AS target,
       coalesce(f.failures, 0) AS failures, coalesce(f.tasks_lost, 0) AS tasks_lost, coalesce(f.runs, 0) AS runs,
       f.last_failed_at, f.last_error,
       coalesce(b.state, 'closed') AS breaker, b.trips AS breaker_trips, b.retry_at AS next_probe_at,
       g.name IS NOT NULL AS held, g.reason AS held_because, g.reopens_at
FROM by_target f
FULL JOIN breakers b ON b.target = f.target
FULL JOIN (SELECT * FROM closed_gates c WHERE c.kind = 'target') g ON g.name = coalesce(f.target, b.target)
ORDER BY coalesce(f.failures, 0) DESC, 1;

-- What each run has used, in all its tasks that have ended and those that are under way, beside what it may use.
CREATE VIEW spend_by_run AS
SELECT r.id AS run_id, r.name AS run, r.state, r.created_at, r.finished_at,
       (r.tokens + coalesce(l.tokens, 0))::bigint AS tokens,
       r.cost_usd + coalesce(l.cost_usd, 0)         AS cost_usd,
       (r.tool_ms + coalesce(l.tool_ms, 0))::bigint AS tool_ms,
       b.tokens_limit, b.usd_limit AS cost_usd_limit, b.tool_ms_limit,
       -- Of whichever limit is nearest; NULL for a run without one. Above 1 a limit was passed.
       greatest(b.tokens::numeric / nullif(b.tokens_limit, 0), b.cost_usd / nullif(b.usd_limit, 0),
                b.tool_ms::numeric / nullif(b.tool_ms_limit, 0))::double precision AS budget_used,
       b.warned_at, b.exhausted_at,
       (SELECT count(*) FROM budgets p WHERE p.run_id = r.id AND p.scope_id <> r.id AND p.exhausted_at IS NOT NULL)
           AS phases_exhausted
FROM runs r
LEFT JOIN budgets b ON b.scope_id = r.id
LEFT JOIN LATERAL (SELECT sum(l.tokens) AS tokens, sum(l.cost_usd) AS cost_usd, sum(l.tool_ms) AS tool_ms
                     FROM live_tasks l WHERE l.run_id = r.id) l ON true;

-- Runs in which nothing runs at this moment, a row for each reason. 'nothing' is the one to worry about.
CREATE VIEW runs_not_moving AS
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
    WHERE q.held_by IS NULL
    GROUP BY q.run_id
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

-- Making and dropping months of the event log is DDL, which who runs the services need not be allowed: these two act with
-- the rights of the schema's owner, on the schema they were made in, and only for those who are granted them.
DO
$$
BEGIN
    EXECUTE format('ALTER FUNCTION ensure_event_partitions(int) SECURITY DEFINER SET search_path = %I, pg_temp',
                   current_schema());
    EXECUTE format('ALTER FUNCTION cleanup_old_events(int) SECURITY DEFINER SET search_path = %I, pg_temp',
                   current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION ensure_event_partitions(int) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION cleanup_old_events(int) FROM PUBLIC;

-- Makes the two roles where the caller may, and grants them what they are for on this database; can be called again at
-- any time, by the owner of the tables: after an administrator has made the roles, after a migration that added a table.
-- Roles belong to the whole cluster and may be there already, made for another database. Nobody logs in as one of them:
-- GRANT orchestrator_runtime TO the user of the services.
CREATE FUNCTION grant_to_roles(readonly text DEFAULT 'orchestrator_readonly', runtime text DEFAULT 'orchestrator_runtime')
    RETURNS int
    LANGUAGE plpgsql AS
$$
DECLARE
    -- By name: the schema may hold tables of others. A test compares the names with what is there.
    changing CONSTANT text[] := ARRAY['runs', 'phases', 'tasks', 'live_tasks', 'checkpoints', 'steps', 'timers', 'workers',
                                      'leases', 'rounds', 'gates', 'schedules', 'breakers', 'budgets'];
    reading  CONSTANT text[] := ARRAY['events', 'task_states', 'active_tasks', 'task_stats_by_phase', 'pending_timers',
                                      'held_phases', 'closed_gates', 'queued_tasks', 'queue_depth_by_lane', 'worker_leases',
                                      'failing_targets', 'spend_by_run', 'runs_not_moving', 'flyway_schema_history'];
    place    CONSTANT text   := quote_ident(current_schema());
    role     text;
    relation text;
    granted  int := 0;
BEGIN
    FOREACH role IN ARRAY ARRAY[readonly, runtime] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'role % was not made, because % may not make roles. Have an administrator make it '
                                 '(CREATE ROLE % NOLOGIN), then: SELECT grant_to_roles()', role, current_user, role;
                    CONTINUE;
                WHEN duplicate_object OR unique_violation THEN
                    RAISE NOTICE 'role % was made by somebody else at this moment', role;
            END;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', place, role);
        FOREACH relation IN ARRAY changing || reading LOOP
            IF to_regclass(place || '.' || relation) IS NOT NULL THEN
                EXECUTE format('GRANT SELECT ON %s.%I TO %I', place, relation, role);
            END IF;
        END LOOP;
        granted := granted + 1;
        CONTINUE WHEN role <> runtime;
        FOREACH relation IN ARRAY changing LOOP
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s.%I TO %I', place, relation, role);
        END LOOP;
        -- What happened stays as it was told.
        EXECUTE format('GRANT INSERT ON %s.events TO %I', place, role);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s.ensure_event_partitions(int), %s.cleanup_old_events(int) TO %I',
                       place, place, role);
    END LOOP;
    RETURN granted;
END
$$;
REVOKE EXECUTE ON FUNCTION grant_to_roles(text, text) FROM PUBLIC;

SELECT grant_to_roles();
