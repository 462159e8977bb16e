package io.orchestrator.store.postgres;

import io.orchestrator.store.Retention;
import io.orchestrator.store.postgres.jooq.Routines;
import org.jooq.Field;
import org.jooq.Record1;

/** Calls the schema's own functions, which operators may call as well. */
final class PostgresRetention implements Retention {
    private final Database database;

    PostgresRetention(Database database) {
        this.database = database;
    }

    @Override
    public Cleaned clean(Days days) {
        return new Cleaned(
                call(Routines.cleanupOldCheckpoints(days.checkpoints())),
                call(Routines.cleanupOldEvents(days.events())),
                call(Routines.cleanupFiredTimers(days.timers())),
                call(Routines.cleanupOldTaskLogs(days.logs())));
    }

    @Override
    public int prepareEventLog() {
        return database.read(dsl -> Sql.fetch(dsl, "SELECT ensure_event_partitions() AS n", r -> r.getInt("n"))
                .getFirst());
    }

    private long call(Field<Long> function) {
        return database.housekeeping(dsl -> dsl.select(function).fetchSingle(Record1::value1));
    }
}
