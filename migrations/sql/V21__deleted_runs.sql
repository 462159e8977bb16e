-- Deleting runs that have ended. A run may have millions of rows, so it is marked first and removed piece by piece, its own
-- row last: what dies in between is gone on with.

ALTER TABLE runs ADD COLUMN deleting_at timestamptz;
ALTER TABLE runs ADD CONSTRAINT runs_deleting_check CHECK (deleting_at IS NULL OR finished_at IS NOT NULL);

COMMENT ON COLUMN runs.deleting_at IS 'Set once, when it was decided to delete the run; nothing takes anything over from it from then on.';

CREATE INDEX runs_deleting ON runs (id) WHERE deleting_at IS NOT NULL;

-- Who shows work that was done in another run.
CREATE INDEX phases_taken_over ON phases (origin_run_id) WHERE origin_run_id IS NOT NULL;

-- Removes a piece of a run that is marked, of so many tasks or events at most; returns how many rows of them went, 0 when
-- the run is no longer there. With the rights of the schema's owner, as who runs the services may not delete events.
CREATE FUNCTION remove_deleted_run(run text, most int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER AS
$$
DECLARE
    ids     text[];
    removed bigint;
BEGIN
    PERFORM FROM runs r WHERE r.id = run AND r.deleting_at IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    SELECT array_agg(x.id) INTO ids
      FROM (SELECT t.id FROM phases p JOIN tasks t ON t.phase_id = p.id WHERE p.run_id = run LIMIT most) x;
    IF ids IS NOT NULL THEN
        DELETE FROM checkpoints WHERE task_id = ANY (ids);
        DELETE FROM steps WHERE task_id = ANY (ids);
        DELETE FROM task_logs WHERE task_id = ANY (ids);
        DELETE FROM tasks WHERE id = ANY (ids);
        RETURN cardinality(ids);
    END IF;
    DELETE FROM events e
     USING (SELECT x.seq, x.at FROM events x WHERE x.run_id = run ORDER BY x.seq LIMIT most) n
     WHERE e.run_id = run AND e.seq = n.seq AND e.at = n.at;
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN
        RETURN removed;
    END IF;
    DELETE FROM timers t WHERE t.run_id = run;
    DELETE FROM gates g WHERE g.kind = 'run' AND g.name = run;
    UPDATE schedules s SET last_run_id = NULL WHERE s.last_run_id = run;
    -- Phases and budgets go with it.
    DELETE FROM runs r WHERE r.id = run;
    RETURN 1;
END
$$;
DO
$$
BEGIN
    EXECUTE format('ALTER FUNCTION remove_deleted_run(text, int) SET search_path = %I, pg_temp', current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION remove_deleted_run(text, int) FROM PUBLIC;

-- As before, with the function above.
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
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s.ensure_event_partitions(int), %s.cleanup_old_events(int),'
                       ' %s.remove_deleted_run(text, int) TO %I', place, place, place, role);
    END LOOP;
    RETURN granted;
END
$$;
SELECT grant_to_roles();
