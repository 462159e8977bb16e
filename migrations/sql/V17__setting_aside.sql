-- What cannot be processed is set aside with its reason, so that it does not hold up what can.
--
-- A task whose rows cannot be read ends as dead. Set aside is what not even that can be done with, and what is no task:
-- nothing looks at it again until somebody has dealt with it. docs/operations.md says how.

-- Why the row is left alone. Only of a queued task: it is not sent, not claimed, and can be cancelled or resumed.
ALTER TABLE live_tasks ADD COLUMN set_aside text;
ALTER TABLE live_tasks ALTER COLUMN set_aside SET STATISTICS 0;

-- Why the reconciler leaves the run alone. A cancel lifts it.
ALTER TABLE runs ADD COLUMN set_aside text;
ALTER TABLE runs ALTER COLUMN set_aside SET STATISTICS 0;

-- A timer and a calendar are tried again a few times first: how often they have failed in a row, when they are tried next,
-- and, once that was often enough, why they are left alone.
ALTER TABLE timers
    ADD COLUMN failures   int NOT NULL DEFAULT 0,
    ADD COLUMN not_before timestamptz,
    ADD COLUMN error      text,
    ADD COLUMN set_aside_at timestamptz,
    ADD CONSTRAINT timers_set_aside_check CHECK (set_aside_at IS NULL OR error IS NOT NULL);

ALTER TABLE schedules
    ADD COLUMN failures   int NOT NULL DEFAULT 0,
    ADD COLUMN not_before timestamptz,
    ADD COLUMN error      text,
    ADD COLUMN set_aside_at timestamptz,
    ADD CONSTRAINT schedules_set_aside_check CHECK (set_aside_at IS NULL OR error IS NOT NULL);

COMMENT ON COLUMN timers.error IS 'Of the last failure, until it fires.';
COMMENT ON COLUMN schedules.error IS 'Of the last failure, until it fires or is resumed.';

-- What is set aside is among them.
CREATE OR REPLACE VIEW pending_timers AS
SELECT id, kind, run_id, phase_id, task_id, action, fire_at, created_at,
       -- Postgres before 17 cannot subtract from an instant that is infinite.
       CASE WHEN isfinite(fire_at) THEN extract(epoch FROM fire_at - clock_timestamp()) END::double precision AS seconds_until_fire,
       failures, not_before, error, set_aside_at
FROM timers
WHERE state = 'pending';
