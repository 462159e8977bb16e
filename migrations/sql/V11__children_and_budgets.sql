-- Children: tasks that a task submits and waits for.
--
-- A child belongs to its parent's phase and step. Its id is its parent's with a number behind it (task-x.3), so that
-- ids sort ancestors first: whoever locks a family's live rows by id never waits for an ancestor while holding a child.

ALTER TABLE tasks ADD COLUMN parent_id text COLLATE "C";

CREATE INDEX tasks_of_parent ON tasks (parent_id) WHERE parent_id IS NOT NULL;

-- How many children a task has made, and how many of them have not ended. Both change under the parent's row lock, and
-- the row's state is decided by the second: that is why the last child's end and the parent's wait cannot miss each other.
ALTER TABLE live_tasks
    ADD COLUMN children      int NOT NULL DEFAULT 0,
    ADD COLUMN open_children int NOT NULL DEFAULT 0 CHECK (open_children >= 0),
    ADD CHECK (open_children <= children),
    -- Whoever waits has something to wait for.
    ADD CHECK (state <> 'waiting' OR open_children > 0);

ALTER TABLE live_tasks
    DROP CONSTRAINT live_tasks_state_check,
    ADD CONSTRAINT live_tasks_state_check
        CHECK (state IN ('pending', 'queued', 'running', 'waiting', 'retrying'));

-- A child that ends badly is its parent's business: it is counted here and fails no phase.
ALTER TABLE phases ADD COLUMN failed_children int NOT NULL DEFAULT 0;

ALTER TABLE phases
    DROP CONSTRAINT phases_check,
    ADD CONSTRAINT phases_check CHECK (completed + failed + failed_children + open <= total);

CREATE OR REPLACE VIEW task_states AS
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

CREATE OR REPLACE VIEW task_stats_by_phase AS
SELECT p.id AS phase_id, p.run_id, p.name AS phase, p.state, p.total,
       p.completed, p.failed, p.open,
       (SELECT count(*) FROM live_tasks l WHERE l.phase_id = p.id AND l.state = 'running')::int AS running,
       p.total - p.completed - p.failed - p.failed_children - p.open AS cancelled,
       CASE WHEN p.completed > 0 THEN p.busy_ms::double precision / p.completed END AS avg_duration_ms,
       p.tokens AS total_tokens, p.cost_usd AS total_cost_usd, p.tool_ms AS total_tool_ms,
       p.failed_children
FROM phases p;

-- Budgets: one row for each run and each phase that has one. What tasks of it have used is booked here as they say so,
-- under the row's lock, so all of them draw from one pool and none can pass the limit unseen.
CREATE TABLE budgets (
    scope_id      text COLLATE "C" PRIMARY KEY,
    run_id        text COLLATE "C" NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    -- NULL: not limited.
    tokens_limit  bigint,
    usd_limit     numeric,
    tool_ms_limit bigint,
    tokens        bigint  NOT NULL DEFAULT 0,
    cost_usd      numeric NOT NULL DEFAULT 0,
    tool_ms       bigint  NOT NULL DEFAULT 0,
    -- When nine tenths of a limit were used; when more than a limit was.
    warned_at     timestamptz,
    exhausted_at  timestamptz,
    CHECK (exhausted_at IS NULL OR warned_at IS NOT NULL)
) WITH (fillfactor = 50);

CREATE INDEX budgets_of_run ON budgets (run_id);

COMMENT ON COLUMN budgets.scope_id IS 'A run or a phase.';

-- Whether what the task uses is booked into a budget: tasks of runs without one never look.
ALTER TABLE live_tasks ADD COLUMN budgeted boolean NOT NULL DEFAULT false;
