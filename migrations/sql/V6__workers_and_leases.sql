-- Who works, and until when the engine trusts them.
--
-- One lease per worker process, not per task: its row is renewed every few seconds however many tasks it holds.
-- A worker id is never reused: a worker whose lease was taken away comes back as a new one.

CREATE TABLE workers (
    id          text COLLATE "C" PRIMARY KEY,
    host        text        NOT NULL,
    -- Identifies the running kernel, so that a process on this host can be proven dead by its pid and start.
    boot_id     text        NOT NULL,
    pid         bigint      NOT NULL,
    pid_started text        NOT NULL,
    slots       int         NOT NULL,
    version     text        NOT NULL,
    state       text        NOT NULL CHECK (state IN ('alive', 'draining', 'stopped', 'lost')),
    started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    stopped_at  timestamptz
);

CREATE INDEX workers_present ON workers (host) WHERE stopped_at IS NULL;

CREATE TABLE leases (
    worker_id text COLLATE "C" PRIMARY KEY,
    until     timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- When each guarding service last made its rounds, by the database's clock. A reaper that finds the last round long ago
-- knows that the fleet may have been unable to renew, and credits all leases once before it takes any away.
CREATE TABLE rounds (
    service text PRIMARY KEY,
    at      timestamptz NOT NULL
) WITH (fillfactor = 50);
