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
    public Cleaned clean(int checkpointDays, int eventDays, int timerDays) {
        return new Cleaned(
                call(Routines.cleanupOldCheckpoints(checkpointDays)),
                call(Routines.cleanupOldEvents(eventDays)),
                call(Routines.cleanupFiredTimers(timerDays)));
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
