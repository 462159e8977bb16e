-- What may start, and when.
--
-- A closed gate holds dispatch: tasks behind it stay queued, no ticket of theirs is sent, and no claim hands them out.
-- Nothing is refused and nothing is lost. The table is empty most of the time, and every claim asks it.

CREATE TABLE gates (
    kind       text        NOT NULL CHECK (kind IN ('run', 'lane', 'target')),
    -- A run's id; a lane's name; 'agent:NAME' or 'tool:NAME'.
    name       text COLLATE "C" NOT NULL,
    reason     text        NOT NULL,
    -- Whether those who hold tasks behind it are asked to hand them back.
    recalls    boolean     NOT NULL DEFAULT false,
    closed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- From then on it counts as open.
    reopens_at timestamptz,
    PRIMARY KEY (kind, name),
    -- Opening a run's gate sets its clocks right, so somebody has to do it.
    CHECK (kind <> 'run' OR reopens_at IS NULL)
);

COMMENT ON TABLE gates IS 'Closed gates; a run''s gate is what pausing the run closes, and its timeboxes stand still meanwhile.';

ALTER TABLE runs ADD COLUMN start_at timestamptz;

COMMENT ON COLUMN runs.start_at IS 'When a run that was to start later starts; NULL for one that started when it was accepted.';

ALTER TABLE phases
    -- A phase with a delay: 'running' from when its needs are met until its timer fires, 'over' from then on.
    ADD COLUMN delay_state text CHECK (delay_state IN ('running', 'over')),
    -- A phase that was taken over from another run as completed: whose outputs it shows, and where they were made.
    ADD COLUMN origin_phase_id text COLLATE "C",
    ADD COLUMN origin_run_id text COLLATE "C",
    ADD CHECK ((origin_phase_id IS NULL) = (origin_run_id IS NULL)),
    ADD CHECK (origin_phase_id IS NULL OR (state = 'completed' AND total = 0));

ALTER TABLE timers DROP CONSTRAINT timers_kind_check;
ALTER TABLE timers ADD CONSTRAINT timers_kind_check
    CHECK (kind IN ('retry', 'task_timeout', 'phase_wrap_up', 'phase_timeout', 'run_wrap_up', 'run_timeout', 'custom',
                    'run_start', 'phase_start'));

-- Plans that are run again and again. The row is what fires: whoever submits the run of a firing moves next_at on in the
-- same transaction.
CREATE TABLE schedules (
    name        text COLLATE "C" PRIMARY KEY,
    plan        jsonb       NOT NULL,
    inputs      jsonb       NOT NULL,
    agents      jsonb       NOT NULL DEFAULT '{}',
    cron        text        NOT NULL,
    zone        text        NOT NULL,
    missed      text        NOT NULL CHECK (missed IN ('skip', 'run-once', 'run-all')),
    overlap     text        NOT NULL CHECK (overlap IN ('skip', 'queue', 'allow', 'cancel-running')),
    paused      boolean     NOT NULL DEFAULT false,
    -- NULL when the expression never fires again.
    next_at     timestamptz,
    -- The newest firing that was dealt with, what was made of it, and the newest run.
    last_at     timestamptz,
    last_result text        CHECK (last_result IN ('submitted', 'skipped_missed', 'skipped_overlap')),
    last_run_id text COLLATE "C",
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);

CREATE INDEX schedules_due ON schedules (next_at) WHERE NOT paused;
