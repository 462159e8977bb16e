package io.orchestrator.store.postgres;

import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Ready;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.DSLContext;

/**
 * Carries out decisions to end: takes the tasks of ending phases off the live table, in small transactions, and moves
 * the run on. It may be called at any time, by anyone, again and again.
 *
 * <ul>
 *   <li>A phase that failed starts nothing more; what is running may finish, so that its work is not thrown away.
 *   <li>A phase that was cancelled or timed out ends all its tasks; deleting their rows revokes the running attempts.
 *   <li>A phase whose run is ending for another reason is treated like one that failed.
 * </ul>
 */
final class Sweep {
    private static final int BATCH = 1_000;
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

    private final Database database;
    private final Tables tables;
    private final TaskEndings endings;
    private final Advance advance;

    Sweep(Database database, Tables tables, TaskEndings endings, Advance advance) {
        this.database = database;
        this.tables = tables;
        this.endings = endings;
        this.advance = advance;
    }

    /** Waits for rows that others hold as long as whoever asked for it may wait. */
    Ready run(String runId) {
        return run(runId, Database.LONGEST_WAIT_FOR_A_LOCK);
    }

    /**
     * For somebody with other runs to look after.
     *
     * @throws io.orchestrator.store.StoreBusy when a row of it is not to be had within a moment
     */
    Ready runUnlessLocked(String runId) {
        return run(runId, LONGEST_WAIT);
    }

    private Ready run(String runId, Duration longestWait) {
        Ready ready = Ready.NOTHING;
        AtomicBoolean more = new AtomicBoolean(true);
        while (more.get()) {
            ready = ready.and(database.passingOver(longestWait, dsl -> {
                EventLog log = tables.newLog();
                Round round = once(dsl, runId, log);
                log.write(dsl);
                more.set(round.swept >= BATCH);
                return round.ready;
            }));
        }
        return ready;
    }

    List<String> needAttention(int max) {
        return database.read(dsl -> tables.runs.needAttention(dsl, max));
    }

    private record Round(int swept, Ready ready) {}

    private Round once(DSLContext dsl, String runId, EventLog log) {
        List<EndedTask> ended = new ArrayList<>();
        for (PhasesTable.Ending phase : tables.phases.ending(dsl, runId)) {
            List<LiveTask> victims =
                    tables.live.sweep(dsl, phase.id(), EndingDecisions.endsRunningTasks(phase.ending()), BATCH);
            TaskState outcome = EndingDecisions.outcomeOfTasks(phase.ending());
            victims.forEach(live ->
                    ended.add(new EndedTask(live, outcome, live.epoch() + 1, live.used(), null, phase.reason())));
        }
        // All at once, because the phases' rows are locked before the run's.
        Ready ready = endings.applySwept(dsl, ended, log);
        return new Round(ended.size(), ready.and(advance.run(dsl, runId, log)));
    }
}
