-- Cleaning up, called by the timer service and by hand. Each returns how many rows (or events) it removed.

CREATE FUNCTION cleanup_old_checkpoints(days int) RETURNS bigint
    LANGUAGE plpgsql AS
$$
DECLARE
    removed bigint;
BEGIN
    -- Only of tasks that have ended: what a live task may continue from is never touched.
    WITH c AS (
        DELETE FROM checkpoints k USING tasks t
         WHERE t.id = k.task_id AND t.finished_at < clock_timestamp() - make_interval(days => days) RETURNING 1
    ), s AS (
        DELETE FROM steps k USING tasks t
         WHERE t.id = k.task_id AND t.finished_at < clock_timestamp() - make_interval(days => days) RETURNING 1
    )
    SELECT (SELECT count(*) FROM c) + (SELECT count(*) FROM s) INTO removed;
    RETURN removed;
END
$$;

CREATE FUNCTION cleanup_old_events(days int) RETURNS bigint
    LANGUAGE plpgsql AS
$$
DECLARE
    cutoff  timestamptz := clock_timestamp() - make_interval(days => days);
    removed bigint := 0;
    n       bigint;
    part    record;
BEGIN
    -- Whole months that lie before the cutoff are dropped as partitions; the rest is deleted by row. Events of runs
    -- that have not ended are kept, whatever their age.
    FOR part IN
        SELECT c.oid::regclass AS name,
               (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\)'))[1]::timestamptz AS starts,
               (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz AS ends
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'events'::regclass
    LOOP
        IF part.ends <= cutoff THEN
            EXECUTE format('SELECT count(*) FROM %s e JOIN runs r ON r.id = e.run_id AND r.finished_at IS NULL', part.name)
                INTO n;
            IF n = 0 THEN
                EXECUTE format('SELECT count(*) FROM %s', part.name) INTO n;
                EXECUTE format('DROP TABLE %s', part.name);
                removed := removed + n;
                CONTINUE;
            END IF;
        END IF;
        IF part.starts IS NULL OR part.starts < cutoff THEN
            EXECUTE format('DELETE FROM %s e WHERE at < %L AND NOT EXISTS '
                           || '(SELECT FROM runs r WHERE r.id = e.run_id AND r.finished_at IS NULL)', part.name, cutoff);
            GET DIAGNOSTICS n = ROW_COUNT;
            removed := removed + n;
        END IF;
    END LOOP;
    RETURN removed;
END
$$;

CREATE FUNCTION cleanup_fired_timers(days int) RETURNS bigint
    LANGUAGE plpgsql AS
$$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM timers WHERE state <> 'pending' AND fired_at < clock_timestamp() - make_interval(days => days);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;
