package io.orchestrator.store;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.TaskType;
import java.time.Instant;
import java.util.Optional;

/**
 * A task that this worker now holds, with what is needed to begin.
 *
 * @param round which time its phase is done, from 1
 * @param target who does it now: the fallback, once the first target has failed for good
 * @param name what its output goes by in its phase
 * @param input laid over the phase's input
 * @param probe whether it passed its target's gate to try whether the target works again
 * @param fellBack present when the target is the fallback
 * @param checkpoint the newest one that the target may continue from
 * @param children how many tasks it has submitted so far
 * @param openChildren how many of them have not ended
 * @param budgeted whether what it uses is booked into a budget, by {@link BudgetStore#book}
 * @param usedBefore what earlier attempts used; an attempt reports totals on top of it
 */
public record ClaimedTask(
        Hold hold,
        String runId,
        String phaseId,
        int round,
        int step,
        TaskType type,
        String target,
        String name,
        int attempt,
        Json input,
        Json budget,
        Optional<FellBack> fellBack,
        boolean probe,
        Optional<Instant> deadline,
        Optional<Checkpoint> checkpoint,
        int children,
        int openChildren,
        boolean budgeted,
        Usage usedBefore,
        Instant claimedAt) {
    /**
     * What the task's first target has left behind.
     *
     * @param from its name
     * @param error its last one
     */
    public record FellBack(String from, String error) {}
}
