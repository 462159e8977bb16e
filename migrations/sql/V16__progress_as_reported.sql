-- Progress is shown as it was reported: a real holds 0.35 as 0.349999994, and 1/3 not at all.
--
-- A column's type changes only while no view reads it, so the two views that do are made anew, as they were.

DROP VIEW task_states;
DROP VIEW active_tasks;

ALTER TABLE live_tasks ALTER COLUMN progress TYPE double precision USING progress::text::double precision;

CREATE VIEW task_states AS
SELECT t.id, t.run_id, t.phase_id, t.name, t.target, t.type, t.shard, t.ordinal,
       coalesce(t.outcome, l.state)           AS state,
       coalesce(t.attempt, l.attempt)         AS attempt,
       coalesce(t.epoch, l.epoch)             AS epoch,
       coalesce(t.worker_id, l.worker_id)     AS worker_id,
       coalesce(t.tokens, l.tokens)           AS tokens,
       coalesce(t.cost_usd, l.cost_usd)       AS cost_usd,
       coalesce(t.tool_ms, l.tool_ms)         AS tool_ms,
       t.created_at,
       coalesce(t.started_at, l.claimed_at)   AS started_at,
       t.finished_at, l.heartbeat_at AS last_heartbeat_at, l.progress, l.message, l.deadline, t.error,
       t.round, t.fell_back ->> 'from' AS fell_back_from, t.parent_id, l.open_children
FROM tasks t LEFT JOIN live_tasks l ON l.task_id = t.id;

CREATE VIEW active_tasks AS
SELECT l.task_id, l.task_id AS id, l.run_id, l.phase_id, p.name AS phase, t.type, t.target, l.state, l.attempt, l.epoch,
       l.worker_id, l.claimed_at AS started_at, l.heartbeat_at AS last_heartbeat_at, l.progress, l.message, l.deadline,
       extract(epoch FROM clock_timestamp() - l.heartbeat_at)::double precision AS seconds_since_heartbeat,
       extract(epoch FROM clock_timestamp() - l.claimed_at)::double precision   AS running_duration_seconds
FROM live_tasks l
JOIN tasks t ON t.id = l.task_id
JOIN phases p ON p.id = l.phase_id
WHERE l.state = 'running';

-- What tasks that are under way have used may be more in all than the column's type holds: the sum stops there.
CREATE OR REPLACE VIEW spend_by_run AS
SELECT r.id AS run_id, r.name AS run, r.state, r.created_at, r.finished_at,
       least(r.tokens + coalesce(l.tokens, 0), 9223372036854775807)::bigint   AS tokens,
       r.cost_usd + coalesce(l.cost_usd, 0)                                   AS cost_usd,
       least(r.tool_ms + coalesce(l.tool_ms, 0), 9223372036854775807)::bigint AS tool_ms,
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

-- The two views are new relations, for which nobody was granted anything yet.
SELECT grant_to_roles();
