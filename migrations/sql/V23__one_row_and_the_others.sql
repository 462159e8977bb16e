-- One row never keeps the others waiting.

-- When the schedule's last firing was dealt with: it waits from then on, or from when its next is due. Whoever has waited
-- for longest fires first, so a year of missed firings takes turns with what is due now.
ALTER TABLE schedules ADD COLUMN dealt_at timestamptz;

-- A task that has neither ended nor a live row was deleted there by somebody: it is shown as what it will end as.
CREATE OR REPLACE VIEW task_states AS
SELECT t.id, t.run_id, t.phase_id, t.name, t.target, t.type, t.shard, t.ordinal,
       coalesce(t.outcome, l.state, 'dead')   AS state,
       coalesce(t.attempt, l.attempt, 1)      AS attempt,
       coalesce(t.epoch, l.epoch, 0)          AS epoch,
       coalesce(t.worker_id, l.worker_id)     AS worker_id,
       coalesce(t.tokens, l.tokens, 0)        AS tokens,
       coalesce(t.cost_usd, l.cost_usd, 0)    AS cost_usd,
       coalesce(t.tool_ms, l.tool_ms, 0)      AS tool_ms,
       t.created_at,
       coalesce(t.started_at, l.claimed_at)   AS started_at,
       t.finished_at, l.heartbeat_at AS last_heartbeat_at, l.progress, l.message, l.deadline,
       CASE WHEN t.outcome IS NULL AND l.task_id IS NULL THEN 'its row in live_tasks is gone' ELSE t.error END AS error,
       t.round, t.fell_back ->> 'from' AS fell_back_from, t.parent_id, l.open_children
FROM tasks t LEFT JOIN live_tasks l ON l.task_id = t.id;
