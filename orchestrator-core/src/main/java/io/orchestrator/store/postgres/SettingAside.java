package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.StoreUnavailable;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes out of the way what cannot be worked on, with the reason, each in a transaction of its own: whatever is wrong with
 * one row, the others go on.
 */
final class SettingAside {
    private static final Logger LOG = LoggerFactory.getLogger(SettingAside.class);
    private static final String UNRECORDED = "its end cannot be recorded";

    private final Database database;
    private final Tables tables;
    private final TaskEndings endings;

    SettingAside(Database database, Tables tables, TaskEndings endings) {
        this.database = database;
        this.tables = tables;
        this.endings = endings;
    }

    /**
     * Whether a failure tells of the row that was worked on. A missing right or table, or a Postgres that is away, would be
     * met with any other row as well, and passes when somebody has mended it.
     */
    static boolean concernsTheRow(RuntimeException failure) {
        return !(failure instanceof DataAccessException || failure instanceof StoreUnavailable);
    }

    /** As {@link #task(Hold, String)}, for a task that cannot even be claimed. */
    Ready queued(String taskId, String reason) {
        Optional<Hold> hold;
        try {
            hold = database.read(dsl -> tables.live.hold(dsl, taskId));
        } catch (DataRejected e) {
            LOG.warn("a ticket names what can be no task: {}", e.getMessage());
            return Ready.NOTHING;
        }
        return hold.map(known -> task(known, reason)).orElse(Ready.NOTHING);
    }

    /**
     * Ends a task as dead, whoever holds it; nothing happens when it stands under another epoch by now. What it is known to
     * have used is booked, unless just that is what cannot be done. A task whose end cannot be recorded at all stays in the
     * queue, where nobody takes it any more.
     */
    Ready task(Hold hold, String reason) {
        try {
            return database.transaction(dsl -> bury(dsl, hold, reason, true));
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("task {} cannot end with what it used: {}", hold.taskId(), e.getMessage());
        }
        try {
            return database.transaction(dsl -> bury(dsl, hold, reason, false));
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("task {} cannot even end and is left alone", hold.taskId(), e);
            // Whoever has met it before has said so.
            park(hold, reason.contains(UNRECORDED) ? reason : reason + "; and " + UNRECORDED + ": " + e.getMessage());
            return Ready.NOTHING;
        }
    }

    private Ready bury(DSLContext dsl, Hold hold, String reason, boolean withUsage) {
        List<EndedTask> dead = tables.live.remove(dsl, hold).stream()
                .map(live -> new EndedTask(
                        live,
                        TaskState.DEAD,
                        live.epoch() + 1,
                        withUsage ? live.used() : Usage.NONE,
                        null,
                        Jsonb.clean(reason)))
                .toList();
        EventLog log = tables.newLog();
        Ready ready = endings.apply(dsl, dead, log);
        log.write(dsl);
        return ready;
    }

    private void park(Hold hold, String reason) {
        database.inTransaction(dsl -> tables.live.park(dsl, hold, Jsonb.clean(reason)));
    }

    /** A run that cannot be moved on: the reconciler does not try again until somebody has done something about it. */
    void run(String runId, RuntimeException failure) {
        LOG.error("run {} cannot be moved on and is set aside", runId, failure);
        database.inTransaction(
                dsl -> tables.runs.setAside(dsl, runId, Jsonb.clean(String.valueOf(failure.getMessage()))));
    }
}
