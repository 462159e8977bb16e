package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Recovery.Round;
import io.orchestrator.store.StoreBusy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what lost workers held: all of it in one transaction, or, where a row of some run is held by somebody else, run
 * by run without those that are. A worker keeps its lease until nothing of it is left, so what was passed over is found again.
 */
final class TakingBack {
    private static final Logger LOG = LoggerFactory.getLogger(TakingBack.class);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT_FOR_A_RUN = Duration.ofMillis(200);
    private static final int MOST_BUSY_A_ROUND = 10;

    private final Database database;
    private final Tables tables;
    private final TaskEndings endings;
    private final SettingAside aside;
    private final LostWorkStatements statements = new LostWorkStatements();

    TakingBack(Database database, Tables tables, TaskEndings endings, SettingAside aside) {
        this.database = database;
        this.tables = tables;
        this.endings = endings;
        this.aside = aside;
    }

    /**
     * One round.
     *
     * @param locked locks the leases of those that are lost, as a part of the transaction
     * @param known who they are, without locking anything
     */
    Round of(Function<DSLContext, List<String>> locked, Supplier<List<String>> known, int maxClaims) {
        try {
            return together(locked, maxClaims);
        } catch (StoreBusy e) {
            LOG.info("rows of what lost workers held are locked and passed over for now: {}", e.getMessage());
            return runByRun(locked, known.get(), maxClaims);
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            LOG.warn("what lost workers held cannot be taken back as a whole: {}", e.getMessage());
        }
        return withoutTheDying(locked, known.get(), maxClaims);
    }

    private Round together(Function<DSLContext, List<String>> locked, int maxClaims) {
        return database.passingOver(LONGEST_WAIT, dsl -> {
            List<String> lost = locked.apply(dsl);
            Round taken = collect(dsl, LostWork.of(lost, maxClaims));
            return taken.and(new Round(0, leave(dsl, lost), 0, 0, Ready.NOTHING));
        });
    }

    private Round runByRun(Function<DSLContext, List<String>> locked, List<String> known, int maxClaims) {
        Round all = Round.NOTHING;
        int busy = 0;
        for (String run : database.read(dsl -> statements.runsOf(dsl, known))) {
            try {
                all = all.and(database.passingOver(
                        LONGEST_WAIT_FOR_A_RUN,
                        dsl -> collect(
                                dsl, LostWork.of(locked.apply(dsl), maxClaims).ofRun(run))));
            } catch (StoreBusy e) {
                LOG.info("run {} is locked; what lost workers held of it has to wait: {}", run, e.getMessage());
                if (++busy == MOST_BUSY_A_ROUND) {
                    break;
                }
            } catch (RuntimeException e) {
                all = all.and(setAside(LostWork.of(known, 0).ofRun(run), e));
            }
        }
        List<String> gone = database.passingOver(LONGEST_WAIT_FOR_A_RUN, dsl -> leave(dsl, locked.apply(dsl)));
        return all.and(new Round(0, gone, 0, 0, Ready.NOTHING));
    }

    /**
     * Where a round fails as a whole, it is because of a task whose end cannot be recorded: those that are to end are ended
     * one by one, or left alone, and then the round is made without them.
     */
    private Round withoutTheDying(Function<DSLContext, List<String>> locked, List<String> known, int maxClaims) {
        Ready ready = Ready.NOTHING;
        List<LiveTask> dying = database.read(dsl -> statements.dying(dsl, LostWork.of(known, maxClaims)));
        for (LiveTask task : dying) {
            ready = ready.and(aside.task(new Hold(task.taskId(), task.epoch()), epitaph(task, maxClaims)));
        }
        Round ended = new Round(0, List.of(), 0, dying.size(), ready);
        try {
            return ended.and(together(locked, maxClaims));
        } catch (StoreBusy e) {
            throw e;
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            return ended.and(runByRun(locked, known, maxClaims));
        }
    }

    /** What cannot be taken back of a run ends there, and nothing else waits for it. */
    private Round setAside(LostWork all, RuntimeException why) {
        if (!SettingAside.concernsTheRow(why)) {
            throw why;
        }
        Ready ready = Ready.NOTHING;
        List<LiveTask> tasks = database.read(dsl -> statements.dying(dsl, all));
        for (LiveTask task : tasks) {
            ready = ready.and(aside.task(
                    new Hold(task.taskId(), task.epoch()),
                    "it cannot be taken back from its worker: " + why.getMessage()));
        }
        return new Round(0, List.of(), 0, tasks.size(), ready);
    }

    private static String epitaph(LiveTask task, int maxClaims) {
        return EndingDecisions.epitaph(maxClaims, String.valueOf(task.workerId()));
    }

    /** Puts back, or buries, what these workers held. */
    private Round collect(DSLContext dsl, LostWork lost) {
        if (lost.workers().isEmpty()) {
            return Round.NOTHING;
        }
        EventLog log = tables.newLog();
        List<Ticket> goingOn = tables.fallbacks.ofLost(dsl, lost, log);
        List<EndedTask> dead = statements.bury(dsl, lost).stream()
                .map(live -> new EndedTask(
                        live, TaskState.DEAD, live.epoch() + 1, live.used(), null, epitaph(live, lost.maxClaims())))
                .toList();
        List<LiveTask> requeued = statements.requeue(dsl, lost);
        requeued.forEach(task -> log.add(Event.ofTask(task, EventKind.TASK_RECLAIMED, Json.EMPTY_OBJECT)));
        Ready ready = endings.apply(dsl, dead, log);
        log.write(dsl);
        List<Ticket> tickets = new ArrayList<>(goingOn);
        requeued.forEach(task -> tickets.add(task.ticket()));
        return new Round(0, List.of(), tickets.size(), dead.size(), ready.and(new Ready(tickets, false)));
    }

    /** Takes the leases of those away of whom nothing is left; who they are. */
    private List<String> leave(DSLContext dsl, List<String> lost) {
        if (lost.isEmpty()) {
            return List.of();
        }
        Set<String> holding = statements.stillHolding(dsl, lost);
        List<String> gone =
                lost.stream().filter(worker -> !holding.contains(worker)).toList();
        if (!gone.isEmpty()) {
            tables.leases.take(dsl, gone);
            tables.workers.stopped(dsl, gone, "lost");
        }
        return gone;
    }
}
