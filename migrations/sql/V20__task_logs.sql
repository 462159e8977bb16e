-- What agents print and log, by task and attempt. A row is a chunk of lines, not a line: a line costs its text and little
-- more, and a reader remembers the number of the line it goes on with. Written by workers in batches; only what has been
-- said costs anything.

CREATE TABLE task_logs (
    task_id    text COLLATE "C" NOT NULL,
    epoch      bigint      NOT NULL,
    -- The number of its first line within the attempt, from 0. What is missing between two chunks is no longer kept.
    first_line bigint      NOT NULL CHECK (first_line >= 0),
    line_count int         NOT NULL CHECK (line_count > 0),
    attempt    int         NOT NULL,
    -- A line each: milliseconds since 1970 by the worker's clock, where it comes from, its text.
    lines      text        NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (task_id, epoch, first_line)
);

-- Logs of runs that ended longer ago, and of tasks that are no longer there.
CREATE FUNCTION cleanup_old_task_logs(days int) RETURNS bigint
    LANGUAGE plpgsql AS
$$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM task_logs l
     WHERE NOT EXISTS (
         SELECT FROM tasks t JOIN runs r ON r.id = t.run_id
          WHERE t.id = l.task_id
            AND (r.finished_at IS NULL OR r.finished_at >= clock_timestamp() - make_interval(days => days)));
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;

-- As before, with the new table.
CREATE OR REPLACE FUNCTION grant_to_roles(readonly text DEFAULT 'orchestrator_readonly', runtime text DEFAULT 'orchestrator_runtime')
    RETURNS int
    LANGUAGE plpgsql AS
$$
DECLARE
    -- By name: the schema may hold tables of others. A test compares the names with what is there.
    changing CONSTANT text[] := ARRAY['runs', 'phases', 'tasks', 'live_tasks', 'checkpoints', 'steps', 'timers', 'workers',
                                      'leases', 'rounds', 'gates', 'schedules', 'breakers', 'budgets', 'task_logs'];
    reading  CONSTANT text[] := ARRAY['events', 'task_states', 'active_tasks', 'task_stats_by_phase', 'pending_timers',
                                      'held_phases', 'closed_gates', 'queued_tasks', 'queue_depth_by_lane', 'worker_leases',
                                      'failing_targets', 'spend_by_run', 'runs_not_moving', 'flyway_schema_history'];
    place    CONSTANT text   := quote_ident(current_schema());
    role     text;
    relation text;
    granted  int := 0;
BEGIN
    FOREACH role IN ARRAY ARRAY[readonly, runtime] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'role % was not made, because % may not make roles. Have an administrator make it '
                                 '(CREATE ROLE % NOLOGIN), then: SELECT grant_to_roles()', role, current_user, role;
                    CONTINUE;
                WHEN duplicate_object OR unique_violation THEN
                    RAISE NOTICE 'role % was made by somebody else at this moment', role;
            END;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', place, role);
        FOREACH relation IN ARRAY changing || reading LOOP
            IF to_regclass(place || '.' || relation) IS NOT NULL THEN
                EXECUTE format('GRANT SELECT ON %s.%I TO %I', place, relation, role);
            END IF;
        END LOOP;
        granted := granted + 1;
        CONTINUE WHEN role <> runtime;
        FOREACH relation IN ARRAY changing LOOP
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s.%I TO %I', place, relation, role);
        END LOOP;
        -- What happened stays as it was told.
        EXECUTE format('GRANT INSERT ON %s.events TO %I', place, role);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s.ensure_event_partitions(int), %s.cleanup_old_events(int) TO %I',
                       place, place, role);
    END LOOP;
    RETURN granted;
END
$$;
SELECT grant_to_roles();
