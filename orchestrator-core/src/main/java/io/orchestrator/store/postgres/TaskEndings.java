package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Kinship;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Ready;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jooq.DSLContext;

/**
 * All that follows from tasks having ended, in the transaction that deleted their live rows: outcome, event, counters,
 * freed places in the phase, and, where a phase has no open task left, what comes next. Nothing polls for it.
 */
final class TaskEndings {
    private final Tables tables;
    private final Advance advance;
    private final FamilyStatements families = new FamilyStatements();

    TaskEndings(Tables tables, Advance advance) {
        this.tables = tables;
        this.advance = advance;
    }

    /** Tasks that came to an end of their own: nobody is left to read what their children bring, so those end too. */
    Ready apply(DSLContext dsl, List<EndedTask> ended, EventLog log) {
        return applySwept(dsl, withDescendants(dsl, ended), log);
    }

    /** Tasks that end with their phase or run, which deals with their children as with all others. */
    Ready applySwept(DSLContext dsl, List<EndedTask> ended, EventLog log) {
        if (ended.isEmpty()) {
            return Ready.NOTHING;
        }
        List<LiveTask> woken = tellParents(dsl, ended);
        Map<String, Long> busyMs = tables.tasks.finish(dsl, ended);
        cancelTimers(dsl, ended);
        Map<String, Integer> freed = new HashMap<>();
        for (EndedTask task : ended) {
            log.add(Event.ofTask(task.live(), EventKind.ofEnd(task.outcome()), data(task)));
            log.use(task.runId(), task.used());
            if (!task.live().isChild()) {
                freed.merge(task.phaseId(), 1, Integer::sum);
            }
        }
        woken.forEach(parent -> log.add(Event.ofTask(parent, EventKind.TASK_CHILDREN_ENDED, Json.EMPTY_OBJECT)));
        List<PhasesTable.Standing> standings = tables.phases.book(dsl, tallies(ended, busyMs));
        Ready ready =
                new Ready(woken.stream().map(LiveTask::ticket).toList(), false).and(refill(dsl, standings, freed));
        TreeSet<String> toAdvance = new TreeSet<>();
        for (PhasesTable.Standing phase : standings) {
            if (phase.open() == 0 || phase.ending()) {
                toAdvance.add(phase.runId());
            }
        }
        if (!toAdvance.isEmpty()) {
            // The log will take the rows of all these runs; taken one by one while advancing, their order would be
            // lost.
            tables.runs.lockAll(dsl, log.runIds());
        }
        for (String runId : toAdvance) {
            ready = ready.and(advance.run(dsl, runId, log));
        }
        return ready;
    }

    private List<EndedTask> withDescendants(DSLContext dsl, List<EndedTask> ended) {
        List<EndedTask> all = new ArrayList<>(ended);
        for (EndedTask parent : ended) {
            if (parent.live().openChildren() > 0) {
                String reason = Kinship.orphaned(parent.taskId(), parent.outcome());
                for (LiveTask live : families.endDescendants(dsl, parent.taskId())) {
                    all.add(new EndedTask(live, TaskState.CANCELLED, live.epoch() + 1, live.used(), null, reason));
                }
            }
        }
        return all;
    }

    /** Before the phases' rows are locked; a parent whose last open child ended here is ready to go on. */
    private List<LiveTask> tellParents(DSLContext dsl, List<EndedTask> ended) {
        TreeMap<String, Integer> endedOf = new TreeMap<>();
        ended.forEach(
                task -> Kinship.parentOf(task.taskId()).ifPresent(parent -> endedOf.merge(parent, 1, Integer::sum)));
        return endedOf.isEmpty() ? List.of() : families.childrenEnded(dsl, endedOf);
    }

    private void cancelTimers(DSLContext dsl, List<EndedTask> ended) {
        List<String> ids = ended.stream()
                .filter(t -> t.live().limited() || t.outcome() == TaskState.CANCELLED)
                .map(EndedTask::taskId)
                .toList();
        if (!ids.isEmpty()) {
            tables.timers.cancelOfTasks(dsl, ids);
        }
    }

    /** A phase that is going to fail or to be cancelled starts nothing any more. */
    private Ready refill(DSLContext dsl, List<PhasesTable.Standing> standings, Map<String, Integer> freed) {
        List<String> phaseIds = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (PhasesTable.Standing phase : standings) {
            if (!phase.ending() && phase.open() > 0) {
                phaseIds.add(phase.phaseId());
                places.add(freed.getOrDefault(phase.phaseId(), 0));
            }
        }
        return phaseIds.isEmpty() ? Ready.NOTHING : new Ready(tables.live.release(dsl, phaseIds, places), false);
    }

    private static List<PhasesTable.Tally> tallies(List<EndedTask> ended, Map<String, Long> busyMs) {
        Map<String, List<EndedTask>> byPhase = new LinkedHashMap<>();
        ended.forEach(task ->
                byPhase.computeIfAbsent(task.phaseId(), p -> new ArrayList<>()).add(task));
        return byPhase.entrySet().stream()
                .map(e -> tally(e.getKey(), e.getValue(), busyMs.getOrDefault(e.getKey(), 0L)))
                .toList();
    }

    private static PhasesTable.Tally tally(String phaseId, List<EndedTask> tasks, long busyMs) {
        Usage used = tasks.stream().map(EndedTask::used).reduce(Usage.NONE, Usage::plus);
        int completed = (int)
                tasks.stream().filter(t -> t.outcome() == TaskState.COMPLETED).count();
        List<EndedTask> failed = tasks.stream().filter(EndedTask::failsItsPhase).toList();
        String failure = failed.isEmpty() ? null : failed.get(0).error();
        return new PhasesTable.Tally(
                phaseId,
                tasks.size(),
                completed,
                failed.size(),
                (int) tasks.stream().filter(EndedTask::isFailedChild).count(),
                used.tokens(),
                used.costUsd(),
                used.toolMs(),
                busyMs,
                failure);
    }

    private static Json data(EndedTask task) {
        return task.error() == null ? Json.EMPTY_OBJECT : Json.object("error", task.error());
    }
}
