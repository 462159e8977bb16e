package io.orchestrator.store;

import io.orchestrator.plan.BreakerRule;
import io.orchestrator.plan.TaskType;

/**
 * Targets that are held because they fail again and again. A breaker that opens closes its target's {@link Gates gate}, for
 * the whole fleet. When its wait is over the dispatcher marks a few queued tasks as probes, which pass the gate, however many
 * workers there are; the first outcome of a probe opens the gate, or closes it for longer. Where probes have no outcome in
 * time, as many others are let through. A gate that a person has closed, or has closed for good, stays with that person.
 * Thread-safe.
 */
public interface Breakers {
    /**
     * What a breaker is about.
     *
     * @param runId whose event log tells of it
     */
    record Target(TaskType type, String name, String runId) {
        /** The name of its gate. */
        public String gateName() {
            return Gates.Gate.ofTarget(type, name).name();
        }
    }

    /**
     * Holds the target.
     *
     * @param reason for people
     * @return false when it was held already, and nothing was changed
     */
    boolean trip(Target target, BreakerRule rule, String reason);

    /**
     * Takes the outcome of a probe; nothing happens unless the breaker waits for one.
     *
     * @return what is ready now, when the target works again
     */
    Ready settle(Target target, boolean worked);
}
