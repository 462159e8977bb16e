-- Durable promises to act at an instant. A timer fires in the same transaction as its effect.

CREATE TABLE timers (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text        NOT NULL CHECK (kind IN ('retry', 'task_timeout', 'phase_wrap_up', 'phase_timeout',
                                                      'run_wrap_up', 'run_timeout', 'custom')),
    run_id       text COLLATE "C",
    phase_id     text COLLATE "C",
    task_id      text COLLATE "C",
    -- A retry belongs to one epoch: a timer of an older attempt must not wake a newer one.
    expect_epoch bigint,
    action       text,
    payload      jsonb,
    fire_at      timestamptz NOT NULL,
    state        text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'fired', 'cancelled')),
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    fired_at     timestamptz,
    CHECK (kind <> 'retry' OR (task_id IS NOT NULL AND expect_epoch IS NOT NULL)),
    CHECK (kind <> 'custom' OR action IS NOT NULL),
    CHECK ((state = 'pending') = (fired_at IS NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

COMMENT ON COLUMN timers.fired_at IS 'When it fired or was cancelled.';

CREATE INDEX timers_due ON timers (fire_at) WHERE state = 'pending';
-- Cancelling what belongs to a phase, a run or a task that has ended.
CREATE INDEX timers_of_phase ON timers (phase_id) WHERE state = 'pending' AND task_id IS NULL;
CREATE INDEX timers_of_run ON timers (run_id) WHERE state = 'pending' AND phase_id IS NULL;
CREATE INDEX timers_of_task ON timers (task_id) WHERE state = 'pending' AND task_id IS NOT NULL;
