package io.orchestrator.store.postgres;

import io.orchestrator.store.Retention;

/** Calls the schema's own functions, which operators may call as well. */
final class PostgresRetention implements Retention {
    private final Database database;

    PostgresRetention(Database database) {
        this.database = database;
    }

    @Override
    public Cleaned clean(int checkpointDays, int eventDays, int timerDays) {
        return new Cleaned(
                call("SELECT cleanup_old_checkpoints(?) AS n", checkpointDays),
                call("SELECT cleanup_old_events(?) AS n", eventDays),
                call("SELECT cleanup_fired_timers(?) AS n", timerDays));
    }

    @Override
    public int prepareEventLog() {
        return database.read(
                dsl -> dsl.fetchSingle("SELECT ensure_event_partitions() AS n").get("n", Integer.class));
    }

    private long call(String sql, int days) {
        return database.read(dsl -> dsl.fetchSingle(sql, days).get("n", Long.class));
    }
}
