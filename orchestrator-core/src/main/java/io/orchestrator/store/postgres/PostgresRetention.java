package io.orchestrator.store.postgres;

import io.orchestrator.store.Retention;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.postgres.jooq.Routines;
import java.util.ArrayList;
import java.util.List;
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
        List<RuntimeException> failures = new ArrayList<>();
        Cleaned cleaned = new Cleaned(
                call(Routines.cleanupOldCheckpoints(days.checkpoints()), failures),
                call(Routines.cleanupOldEvents(days.events()), failures),
                call(Routines.cleanupFiredTimers(days.timers()), failures),
                call(Routines.cleanupOldTaskLogs(days.logs()), failures));
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return cleaned;
    }

    @Override
    public int prepareEventLog() {
        return database.read(dsl -> Sql.fetch(dsl, "SELECT ensure_event_partitions() AS n", r -> r.getInt("n"))
                .getFirst());
    }

    /** One that fails keeps none of the others from being called, and is told when they are through. */
    private long call(Field<Long> function, List<RuntimeException> failures) {
        try {
            return database.housekeeping(dsl -> dsl.select(function).fetchSingle(Record1::value1));
        } catch (StoreBusy e) {
            failures.add(e);
            return 0;
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            failures.add(e);
            return 0;
        }
    }
}
