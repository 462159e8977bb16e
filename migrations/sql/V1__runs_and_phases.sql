-- A run is one autonomous execution of a plan; a phase is a stage of it.
--
-- Ids are text and sort by the time they were made; "C" collation makes comparing them a memcmp.
-- Rows of both tables are updated often and kept narrow (plans and agents are stored out of line, by size),
-- and nothing that is updated often is indexed, so that updates stay within their page (HOT).

CREATE TABLE runs (
    id           text COLLATE "C" PRIMARY KEY,
    name         text        NOT NULL,
    -- The submitter's own idempotence key: the same key and plan give the same run, another plan is refused.
    key          text        UNIQUE,
    request_hash text        NOT NULL,
    plan         jsonb       NOT NULL,
    inputs       jsonb       NOT NULL,
    -- Programs as they were named beside the plan, for workers that may run what a run brings along.
    agents       jsonb       NOT NULL DEFAULT '{}',
    lane         smallint    NOT NULL CHECK (lane BETWEEN 0 AND 3),
    state        text        NOT NULL CHECK (state IN ('pending', 'running', 'completed', 'failed', 'cancelled', 'timed_out')),
    -- Decided but not yet done: the state this run ends in once its last task has let go.
    ending       text        CHECK (ending IN ('failed', 'cancelled', 'timed_out')),
    reason       text,
    deadline     timestamptz,
    tokens       bigint      NOT NULL DEFAULT 0,
    cost_usd     numeric     NOT NULL DEFAULT 0,
    tool_ms      bigint      NOT NULL DEFAULT 0,
    -- The last sequence number handed out in this run's event log; taken under this row's lock, so the log has no gaps.
    event_seq    bigint      NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at   timestamptz,
    finished_at  timestamptz,
    CHECK ((state IN ('pending', 'running')) = (finished_at IS NULL))
) WITH (fillfactor = 70);

-- What the reconciler looks for: few rows, whatever the history.
CREATE INDEX runs_unfinished ON runs (id) WHERE finished_at IS NULL;
CREATE INDEX runs_by_time ON runs (created_at);

CREATE TABLE phases (
    id           text COLLATE "C" PRIMARY KEY,
    run_id       text COLLATE "C" NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name         text        NOT NULL,
    ordinal      int         NOT NULL,
    state        text        NOT NULL CHECK (state IN ('pending', 'running', 'completed', 'failed', 'cancelled', 'timed_out')),
    ending       text        CHECK (ending IN ('failed', 'cancelled', 'timed_out')),
    reason       text,
    -- Steps are what is started together: each agent of a sequential phase, or the whole of a parallel one.
    -- The one that is open; -1 before the first.
    step         int         NOT NULL DEFAULT -1,
    steps        int         NOT NULL,
    parallelism  int         NOT NULL CHECK (parallelism >= 1),
    deadline     timestamptz,
    -- Counters are changed in the transaction that ends a task: statistics never scan tasks.
    total        int         NOT NULL DEFAULT 0,
    open         int         NOT NULL DEFAULT 0 CHECK (open >= 0),
    completed    int         NOT NULL DEFAULT 0,
    failed       int         NOT NULL DEFAULT 0,
    tokens       bigint      NOT NULL DEFAULT 0,
    cost_usd     numeric     NOT NULL DEFAULT 0,
    tool_ms      bigint      NOT NULL DEFAULT 0,
    busy_ms      bigint      NOT NULL DEFAULT 0,
    started_at   timestamptz,
    finished_at  timestamptz,
    UNIQUE (run_id, name),
    CHECK (completed + failed + open <= total),
    CHECK ((state IN ('pending', 'running')) = (finished_at IS NULL))
) WITH (fillfactor = 50);

COMMENT ON COLUMN phases.busy_ms IS 'Sum of the completed tasks'' durations; divided by completed it is the average.';
