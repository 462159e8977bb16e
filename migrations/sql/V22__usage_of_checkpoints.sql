-- What a task had used when it saved a checkpoint, in all its attempts: whoever goes on from a checkpoint goes on from its
-- bill as well. Checkpoints from before this say nothing of it.

ALTER TABLE checkpoints
    ADD COLUMN tokens   bigint  NOT NULL DEFAULT 0 CHECK (tokens >= 0),
    ADD COLUMN cost_usd numeric NOT NULL DEFAULT 0 CHECK (cost_usd >= 0),
    ADD COLUMN tool_ms  bigint  NOT NULL DEFAULT 0 CHECK (tool_ms >= 0);
