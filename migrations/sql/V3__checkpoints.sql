-- Points to continue from, append-only: a bad one never destroys the good one before it.
-- Small data is kept as jsonb, larger data compressed with zstd; exactly one of the two is set.

CREATE TABLE checkpoints (
    task_id    text COLLATE "C" NOT NULL,
    seq        bigint      NOT NULL,
    epoch      bigint      NOT NULL,
    token      text        NOT NULL,
    data       jsonb,
    data_zstd  bytea,
    -- Length of the JSON text in bytes before compression.
    size_bytes bigint      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (task_id, seq),
    CHECK ((data IS NULL) <> (data_zstd IS NULL))
);

ALTER TABLE checkpoints ALTER COLUMN data_zstd SET STORAGE EXTERNAL;

-- Results of memoised steps: once per task and name, whatever the number of attempts.
CREATE TABLE steps (
    task_id    text COLLATE "C" NOT NULL,
    name       text        NOT NULL,
    epoch      bigint      NOT NULL,
    result     jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (task_id, name)
);
