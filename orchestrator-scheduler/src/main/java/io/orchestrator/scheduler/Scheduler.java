package io.orchestrator.scheduler;

import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.TaskSpec;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.AddedPhase;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseAddition;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.Submission;
import java.util.List;
import java.util.Optional;

/**
 * Accepts plans: what was accepted is stored when the call returns, and then runs without its caller. Thread-safe.
 *
 * <p>With a {@link ScheduleContext#key() key} a call may be made again whatever became of the first one, and gives the
 * same run. After a {@link StoreUnavailable} without a key it is unknown whether the run exists.
 */
public final class Scheduler {
    private final RunStore runs;
    private final Announcer announcer;

    public Scheduler(RunStore runs, Announcer announcer) {
        this.runs = runs;
        this.announcer = announcer;
    }

    /**
     * Schedules one phase by itself, whatever it {@code needs} in a plan that it may be taken from.
     *
     * @throws InvalidPlanException with all faults
     * @throws KeyConflict when the key was used for something else
     * @throws StoreUnavailable when the store does not answer
     */
    public ScheduleResult schedule(PhasePlan phase, ScheduleContext context) {
        return schedule(PhaseDocument.of(phase), context);
    }

    /**
     * Schedules a document: a phase, or a whole plan with {@code phases}. A phase whose context names a run and a phase
     * becomes a phase of that run, beside those that were scheduled under the same name before.
     *
     * @throws InvalidPlanException with all faults, their pointers under {@code /plan} or {@code /ctx}
     * @throws KeyConflict when the key was used for something else
     * @throws io.orchestrator.store.PhaseRefused when the run takes no further phase
     * @throws StoreUnavailable when the store does not answer
     */
    public ScheduleResult schedule(Json planOrPhase, ScheduleContext context) {
        // Earlier versions made a run of its own for each phase, under a key of both names.
        if (ScheduledPhase.isOne(planOrPhase, context)
                && context.key().flatMap(runs::runOfKey).isEmpty()) {
            return scheduleOneOfSeveral(planOrPhase, context);
        }
        ScheduledPlan scheduled = ScheduledPlan.of(planOrPhase, context);
        Submission submission = runs.submit(new RunRequest(
                scheduled.plan(), scheduled.source(), context.inputs(), Json.EMPTY_OBJECT, context.key()));
        announcer.announce(submission.ready());
        RunView run = view(submission.runId());
        return new ScheduleResult(
                run.id(),
                run.phases().getFirst().id(),
                run.phases().stream()
                        .mapToInt(phase -> tasksOf(
                                phase,
                                scheduled.plan().phase(phase.name()).agents().size()))
                        .sum(),
                submission.ready().tickets().size(),
                submission.created());
    }

    private ScheduleResult scheduleOneOfSeveral(Json phase, ScheduleContext context) {
        PhaseAddition addition = ScheduledPhase.of(phase, context);
        AddedPhase added;
        try {
            added = runs.add(addition);
        } catch (InvalidPlanException e) {
            throw ScheduledPhase.asWritten(e, context);
        }
        announcer.announce(added.ready());
        RunView run = view(added.runId());
        RunView.Phase view = run.phases().stream()
                .filter(one -> one.id().equals(added.phaseId()))
                .findFirst()
                .orElseThrow();
        int agents = phase.get("agents").map(Json::size).orElse(0);
        return new ScheduleResult(
                added.runId(),
                added.phaseId(),
                tasksOf(view, agents),
                added.ready().tickets().size(),
                added.added());
    }

    private RunView view(String runId) {
        return runs.view(runId, false)
                .orElseThrow(() -> new IllegalStateException("run " + runId + " is gone after its submission"));
    }

    /**
     * Cuts a task into shards over the one array of its input, in order; each has an even share of the task's budget.
     *
     * @throws io.orchestrator.plan.ExpansionException when the input has no array, or several
     */
    public List<TaskSpec> shardTask(TaskSpec task, int size) {
        return TaskShards.of(task, size);
    }

    /** Cuts a task into shards over the array that its input has under {@code field}. */
    public List<TaskSpec> shardTask(TaskSpec task, String field, int size) {
        return TaskShards.of(task, field, size);
    }

    /**
     * A phase in numbers, by the engine's id for it or by the caller's own name ({@code phase_id}); empty where there is no
     * such phase.
     *
     * @throws IllegalArgumentException when several runs have a phase of this name
     */
    public Optional<PhaseStats> getStats(String phaseId) {
        Optional<PhaseStats> byId = runs.stats(phaseId);
        if (byId.isPresent()) {
            return byId;
        }
        List<String> named = runs.phasesOfKey(Optional.empty(), phaseId);
        if (named.size() > 1) {
            throw new IllegalArgumentException(named.size() + " runs have a phase that was scheduled as '" + phaseId
                    + "'; name the run as well: getStats(run_id, phase_id)");
        }
        return named.stream().findFirst().flatMap(runs::stats);
    }

    /** A phase in numbers, by its caller's names for the run and for the phase; empty where there is no such phase. */
    public Optional<PhaseStats> getStats(String runId, String phaseId) {
        return runs.phasesOfKey(Optional.of(runId), phaseId).stream()
                .findFirst()
                .flatMap(runs::stats);
    }

    /** Sharded agents count once until their turn has come: how many pieces there are is not known before. */
    private static int tasksOf(RunView.Phase phase, int agents) {
        if (phase.state().isFinal()) {
            return phase.total();
        }
        if (phase.step() < 0) {
            return agents;
        }
        return phase.total() + phase.steps() - 1 - phase.step();
    }
}
