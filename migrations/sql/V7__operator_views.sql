-- What operators look at. Views read; they decide nothing.

-- Every task with its present or final state.
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
       t.finished_at, l.heartbeat_at AS last_heartbeat_at, l.progress, l.message, l.deadline, t.error
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

CREATE VIEW task_stats_by_phase AS
SELECT p.id AS phase_id, p.run_id, p.name AS phase, p.state, p.total,
       p.completed, p.failed, p.open,
       (SELECT count(*) FROM live_tasks l WHERE l.phase_id = p.id AND l.state = 'running')::int AS running,
       p.total - p.completed - p.failed - p.open AS cancelled,
       CASE WHEN p.completed > 0 THEN p.busy_ms::double precision / p.completed END AS avg_duration_ms,
       p.tokens AS total_tokens, p.cost_usd AS total_cost_usd, p.tool_ms AS total_tool_ms
FROM phases p;

CREATE VIEW pending_timers AS
SELECT id, kind, run_id, phase_id, task_id, action, fire_at, created_at,
       extract(epoch FROM fire_at - clock_timestamp())::double precision AS seconds_until_fire
FROM timers
WHERE state = 'pending';
