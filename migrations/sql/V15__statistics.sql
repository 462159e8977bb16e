-- Postgres samples tables that grow, every few seconds while many tasks run, and sorts every column of the sample. Columns
-- that nothing is looked for by need none of that, documents least of all.

ALTER TABLE tasks
    ALTER COLUMN step SET STATISTICS 0,
    ALTER COLUMN ordinal SET STATISTICS 0,
    ALTER COLUMN name SET STATISTICS 0,
    ALTER COLUMN shard SET STATISTICS 0,
    ALTER COLUMN input SET STATISTICS 0,
    ALTER COLUMN budget SET STATISTICS 0,
    ALTER COLUMN created_at SET STATISTICS 0,
    ALTER COLUMN attempt SET STATISTICS 0,
    ALTER COLUMN epoch SET STATISTICS 0,
    ALTER COLUMN worker_id SET STATISTICS 0,
    ALTER COLUMN output SET STATISTICS 0,
    ALTER COLUMN error SET STATISTICS 0,
    ALTER COLUMN tokens SET STATISTICS 0,
    ALTER COLUMN cost_usd SET STATISTICS 0,
    ALTER COLUMN tool_ms SET STATISTICS 0,
    ALTER COLUMN started_at SET STATISTICS 0,
    ALTER COLUMN fallback SET STATISTICS 0,
    ALTER COLUMN fallback_from_checkpoint SET STATISTICS 0,
    ALTER COLUMN fell_back SET STATISTICS 0;

ALTER TABLE live_tasks
    ALTER COLUMN ordinal SET STATISTICS 0,
    ALTER COLUMN epoch SET STATISTICS 0,
    ALTER COLUMN attempt SET STATISTICS 0,
    ALTER COLUMN claims SET STATISTICS 0,
    ALTER COLUMN checkpoint_seq SET STATISTICS 0,
    ALTER COLUMN deadline SET STATISTICS 0,
    ALTER COLUMN wrap_up_at SET STATISTICS 0,
    ALTER COLUMN claimed_at SET STATISTICS 0,
    ALTER COLUMN heartbeat_at SET STATISTICS 0,
    ALTER COLUMN progress SET STATISTICS 0,
    ALTER COLUMN message SET STATISTICS 0,
    ALTER COLUMN tokens SET STATISTICS 0,
    ALTER COLUMN cost_usd SET STATISTICS 0,
    ALTER COLUMN tool_ms SET STATISTICS 0,
    ALTER COLUMN children SET STATISTICS 0,
    ALTER COLUMN open_children SET STATISTICS 0,
    ALTER COLUMN budgeted SET STATISTICS 0;

ALTER TABLE checkpoints
    ALTER COLUMN epoch SET STATISTICS 0,
    ALTER COLUMN token SET STATISTICS 0,
    ALTER COLUMN data SET STATISTICS 0,
    ALTER COLUMN data_zstd SET STATISTICS 0,
    ALTER COLUMN size_bytes SET STATISTICS 0;

ALTER TABLE runs
    ALTER COLUMN request_hash SET STATISTICS 0,
    ALTER COLUMN plan SET STATISTICS 0,
    ALTER COLUMN inputs SET STATISTICS 0,
    ALTER COLUMN agents SET STATISTICS 0,
    ALTER COLUMN reason SET STATISTICS 0,
    ALTER COLUMN deadline SET STATISTICS 0,
    ALTER COLUMN tokens SET STATISTICS 0,
    ALTER COLUMN cost_usd SET STATISTICS 0,
    ALTER COLUMN tool_ms SET STATISTICS 0,
    ALTER COLUMN event_seq SET STATISTICS 0;

COMMENT ON COLUMN live_tasks.probe IS
    'Passes its target''s closed gate. Set on a few queued tasks, and cleared when the attempt that began so is over.';
