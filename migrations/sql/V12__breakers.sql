-- Targets that fail again and again are held behind their gate, all over the fleet, until a few probes say that they
-- work again. A row is a breaker that is not closed.

CREATE TABLE breakers (
    -- As the gate's name: 'agent:NAME' or 'tool:NAME'.
    target    text COLLATE "C" PRIMARY KEY,
    state     text        NOT NULL CHECK (state IN ('open', 'half_open')),
    -- How often it has opened since the target worked last: each time it waits twice as long.
    trips     int         NOT NULL DEFAULT 1 CHECK (trips >= 1),
    wait_ms   bigint      NOT NULL CHECK (wait_ms > 0),
    probes    int         NOT NULL CHECK (probes >= 1),
    reason    text        NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- When probes are let through, or, in 'half_open', when further ones are if none of the first has an outcome.
    retry_at  timestamptz NOT NULL
) WITH (fillfactor = 70);

-- Passes its target's closed gate. Set on a few queued tasks, and cleared by the claim.
ALTER TABLE live_tasks ADD COLUMN probe boolean NOT NULL DEFAULT false;
