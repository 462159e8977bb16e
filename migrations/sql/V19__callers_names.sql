-- The callers' own names for phases, as runs have had theirs from the beginning.
--
-- Phases that are scheduled one by one under one name of a run are phases of one run; the same phase again, by its name and
-- its document, is the phase that is there.

ALTER TABLE phases
    ADD COLUMN key text,
    ADD COLUMN request_hash text,
    ADD CHECK ((key IS NULL) = (request_hash IS NULL));

COMMENT ON COLUMN phases.key IS 'The caller''s own name for it (phase_id), unique in its run; NULL for a phase of a plan that was submitted whole.';

CREATE UNIQUE INDEX phases_of_run_by_key ON phases (run_id, key) WHERE key IS NOT NULL;
CREATE INDEX phases_by_key ON phases (key) WHERE key IS NOT NULL;

CREATE OR REPLACE VIEW active_tasks AS
SELECT l.task_id, l.task_id AS id, l.run_id, l.phase_id, p.name AS phase, t.type, t.target, l.state, l.attempt, l.epoch,
       l.worker_id, l.claimed_at AS started_at, l.heartbeat_at AS last_heartbeat_at, l.progress, l.message, l.deadline,
       extract(epoch FROM clock_timestamp() - l.heartbeat_at)::double precision AS seconds_since_heartbeat,
       extract(epoch FROM clock_timestamp() - l.claimed_at)::double precision   AS running_duration_seconds,
       r.key AS run_key, p.key AS phase_key
FROM live_tasks l
JOIN tasks t ON t.id = l.task_id
JOIN phases p ON p.id = l.phase_id
JOIN runs r ON r.id = l.run_id
WHERE l.state = 'running';

CREATE OR REPLACE VIEW task_stats_by_phase AS
SELECT p.id AS phase_id, p.run_id, p.name AS phase, p.state, p.total,
       p.completed, p.failed, p.open,
       (SELECT count(*) FROM live_tasks l WHERE l.phase_id = p.id AND l.state = 'running')::int AS running,
       p.total - p.completed - p.failed - p.failed_children - p.open AS cancelled,
       CASE WHEN p.completed > 0 THEN p.busy_ms::double precision / p.completed END AS avg_duration_ms,
       p.tokens AS total_tokens, p.cost_usd AS total_cost_usd, p.tool_ms AS total_tool_ms,
       p.failed_children,
       (SELECT r.key FROM runs r WHERE r.id = p.run_id) AS run_key, p.key AS phase_key
FROM phases p;

CREATE OR REPLACE VIEW pending_timers AS
SELECT m.id, m.kind, m.run_id, m.phase_id, m.task_id, m.action, m.fire_at, m.created_at,
       -- Postgres before 17 cannot subtract from an instant that is infinite.
       CASE WHEN isfinite(m.fire_at) THEN extract(epoch FROM m.fire_at - clock_timestamp()) END::double precision
           AS seconds_until_fire,
       m.failures, m.not_before, m.error, m.set_aside_at,
       (SELECT r.key FROM runs r WHERE r.id = m.run_id) AS run_key,
       (SELECT p.key FROM phases p WHERE p.id = m.phase_id) AS phase_key
FROM timers m
WHERE m.state = 'pending';

CREATE OR REPLACE VIEW spend_by_run AS
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
           AS phases_exhausted,
       r.key AS run_key
FROM runs r
LEFT JOIN budgets b ON b.scope_id = r.id
LEFT JOIN LATERAL (SELECT sum(l.tokens) AS tokens, sum(l.cost_usd) AS cost_usd, sum(l.tool_ms) AS tool_ms
                     FROM live_tasks l WHERE l.run_id = r.id) l ON true;
