package io.orchestrator.scheduler;

/**
 * What became of a request to schedule.
 *
 * @param runId the run's id in the engine, by which everything else asks for it
 * @param phaseId the id of the plan's first phase; of the only one, where a single phase was scheduled
 * @param totalTasks tasks as far as they are known: those made so far, and one for each agent whose turn has not come
 * @param enqueuedTasks how many of them this call has queued; the rest follow when their turn comes
 * @param created false when the key was known and the run existed already
 */
public record ScheduleResult(String runId, String phaseId, int totalTasks, int enqueuedTasks, boolean created) {}
