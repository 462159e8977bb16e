-- What happened, in order, per run: seq is gap-free from 1, taken under the lock of the run's row, so a reader that
-- asks for seq > n never misses a late commit. Partitioned by month; retention drops partitions.

CREATE TABLE events (
    run_id     text COLLATE "C" NOT NULL,
    seq        bigint      NOT NULL,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind       text        NOT NULL,
    phase_id   text COLLATE "C",
    task_id    text COLLATE "C",
    epoch      bigint,
    attempt    int,
    worker_id  text COLLATE "C",
    data       jsonb,
    PRIMARY KEY (run_id, seq, at)
) PARTITION BY RANGE (at);

CREATE TABLE events_default PARTITION OF events DEFAULT;

-- Makes the partitions of this month and the next ones; called at migration and by the timer service. A month whose
-- events already went to the default partition stays there.
CREATE FUNCTION ensure_event_partitions(months_ahead int DEFAULT 2) RETURNS int
    LANGUAGE plpgsql AS
$$
DECLARE
    month date := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')::date;
    made  int  := 0;
BEGIN
    FOR i IN 0..months_ahead LOOP
        DECLARE
            name text := 'events_' || to_char(month, 'YYYY_MM');
        BEGIN
            IF to_regclass(name) IS NULL
               AND NOT EXISTS (SELECT FROM events_default
                                WHERE at >= month::timestamp AT TIME ZONE 'UTC'
                                  AND at < (month + interval '1 month')::timestamp AT TIME ZONE 'UTC') THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', name,
                               month::timestamp AT TIME ZONE 'UTC',
                               (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
                made := made + 1;
            END IF;
        END;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END
$$;

SELECT ensure_event_partitions();
