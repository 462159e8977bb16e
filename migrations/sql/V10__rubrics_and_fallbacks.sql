-- Rounds of a phase, what people decide about it, and targets that stand in for others.

ALTER TABLE phases DROP CONSTRAINT phases_state_check;
ALTER TABLE phases ADD CONSTRAINT phases_state_check
    CHECK (state IN ('pending', 'running', 'holding', 'completed', 'failed', 'cancelled', 'timed_out'));
ALTER TABLE phases DROP CONSTRAINT phases_check1;
ALTER TABLE phases ADD CONSTRAINT phases_unfinished_check
    CHECK ((state IN ('pending', 'running', 'holding')) = (finished_at IS NULL));
-- What holds has done all its work.
ALTER TABLE phases ADD CONSTRAINT phases_holding_check CHECK (state <> 'holding' OR open = 0);

-- A phase that is done again because its outputs missed a rubric is in its next round: step and the counters of tasks
-- and of time are those of the round, what was used is that of all rounds.
ALTER TABLE phases ADD COLUMN round int NOT NULL DEFAULT 1 CHECK (round >= 1);
-- What the newest round missed: {"round", "reason", "misses": [{"rubric", "limit", "found"}]}.
ALTER TABLE phases ADD COLUMN rubric_miss jsonb;
-- What a person decided last: {"decision", "by", "reason", "round"}.
ALTER TABLE phases ADD COLUMN decision jsonb;

-- The tasks of earlier rounds stay as they ended.
ALTER TABLE tasks ADD COLUMN round int NOT NULL DEFAULT 1;

-- Who goes on when the target has failed for good, and whether that one continues from the target's checkpoints.
ALTER TABLE tasks ADD COLUMN fallback text;
ALTER TABLE tasks ADD COLUMN fallback_from_checkpoint boolean NOT NULL DEFAULT false;
-- Written once, when the fallback took over and became the target:
-- {"from", "error", "attempts", "afterSeq"}; checkpoints up to afterSeq are not the new target's.
ALTER TABLE tasks ADD COLUMN fell_back jsonb;
ALTER TABLE tasks ADD CONSTRAINT tasks_fell_back_check
    CHECK (fell_back IS NULL OR fallback IS NOT NULL AND target = fallback);

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
       t.round, t.fell_back ->> 'from' AS fell_back_from
FROM tasks t LEFT JOIN live_tasks l ON l.task_id = t.id;

-- What waits for a person, and since when.
CREATE VIEW held_phases AS
SELECT p.id AS phase_id, p.run_id, r.name AS run, p.name AS phase, p.round, p.reason, p.rubric_miss, p.deadline,
       (SELECT max(e.at) FROM events e WHERE e.run_id = p.run_id AND e.phase_id = p.id AND e.kind = 'phase.holding')
           AS held_at
FROM phases p JOIN runs r ON r.id = p.run_id
WHERE p.state = 'holding';
