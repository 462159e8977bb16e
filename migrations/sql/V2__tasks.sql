-- The long history and the narrow present.
--
-- tasks holds what a task is and what became of it: written when it is made and when it ends.
-- live_tasks holds how an unfinished task stands now: one narrow row, gone when the task has ended. Everything that
-- decides who may do what (state, epoch, lease holder) is in this small table, so that the cost of deciding does not
-- grow with what has been done before. A task without a row here is final, and any write that names its epoch finds
-- nothing to match: that is the fence.

CREATE TABLE tasks (
    id          text COLLATE "C" PRIMARY KEY,
    run_id      text COLLATE "C" NOT NULL,
    phase_id    text COLLATE "C" NOT NULL,
    -- Idempotence key: the same key in a phase is the same task, for the life of the run.
    key         text COLLATE "C" NOT NULL,
    step        int         NOT NULL,
    ordinal     int         NOT NULL,
    type        text        NOT NULL CHECK (type IN ('agent', 'tool')),
    target      text        NOT NULL,
    -- What the output goes by among the phase's outputs; a sharded agent's tasks share it.
    name        text        NOT NULL,
    shard       int         NOT NULL DEFAULT -1,
    input       jsonb,
    budget      jsonb,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- From here on: written once, when the task ends.
    outcome     text        CHECK (outcome IN ('completed', 'failed', 'cancelled', 'timed_out', 'dead')),
    attempt     int,
    epoch       bigint,
    worker_id   text COLLATE "C",
    output      jsonb,
    error       text,
    tokens      bigint,
    cost_usd    numeric,
    tool_ms     bigint,
    started_at  timestamptz,
    finished_at timestamptz,
    UNIQUE (phase_id, key),
    CHECK ((outcome IS NULL) = (finished_at IS NULL))
) WITH (fillfactor = 80);

CREATE TABLE live_tasks (
    task_id       text COLLATE "C" PRIMARY KEY,
    run_id        text COLLATE "C" NOT NULL,
    phase_id      text COLLATE "C" NOT NULL,
    ordinal       int         NOT NULL,
    lane          smallint    NOT NULL,
    state         text        NOT NULL CHECK (state IN ('pending', 'queued', 'running', 'retrying')),
    -- The fencing token: grows with every claim and every taking away, never falls.
    epoch         bigint      NOT NULL DEFAULT 0,
    -- Failed attempts so far, plus one.
    attempt       int         NOT NULL DEFAULT 1,
    -- Claims since the last checkpoint: counted when claiming, because a crash reports nothing.
    claims        int         NOT NULL DEFAULT 0,
    checkpoint_seq bigint     NOT NULL DEFAULT 0,
    -- NULL while pending: waiting for a free place in its phase.
    released_at   timestamptz,
    -- When the dispatcher sends the ticket again, if the task is still queued then.
    dispatch_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    deadline      timestamptz,
    -- Set when a timebox is nearly over: the holder is told to come to a result.
    wrap_up_at    timestamptz,
    worker_id     text COLLATE "C",
    claimed_at    timestamptz,
    heartbeat_at  timestamptz,
    progress      real,
    message       text,
    tokens        bigint      NOT NULL DEFAULT 0,
    cost_usd      numeric     NOT NULL DEFAULT 0,
    tool_ms       bigint      NOT NULL DEFAULT 0,
    CHECK ((state = 'running') = (worker_id IS NOT NULL)),
    CHECK ((state = 'pending') = (released_at IS NULL))
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.05,
        autovacuum_vacuum_cost_delay = 0);

-- Claiming, renewing, failing and finishing touch none of the columns indexed here, so they are HOT updates.
-- The dispatcher passes over running rows in this order; there are only as many as workers have slots.
CREATE INDEX live_tasks_dispatch ON live_tasks (lane, dispatch_at);
CREATE INDEX live_tasks_pending ON live_tasks (phase_id, ordinal) WHERE released_at IS NULL;
