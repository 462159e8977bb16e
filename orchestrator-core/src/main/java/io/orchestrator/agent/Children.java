package io.orchestrator.agent;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.Optional;

/**
 * The tasks that this task has submitted. Thread-safe.
 *
 * <p>Children run like tasks of the plan, in the same phase, with their own attempts and checkpoints, on any worker. A
 * child that ends badly does not fail the phase: its parent sees it and decides. A parent that ends before its children
 * ends them.
 */
public interface Children {
    /**
     * Submits work for another agent; durable when it returns. The same key gives the same task in every attempt.
     *
     * @param key this task's own name for the child
     * @param input laid over the phase's input
     * @throws AttemptRevoked when this attempt is no longer trusted
     * @throws ChildRefused when the key was used for other content, or there are too many children or generations
     */
    default void submit(String key, String agent, Json input) {
        submit(new ChildSpec(key, "agent", agent, input));
    }

    /** As {@link #submit(String, String, Json)}, for agents and tools. */
    void submit(ChildSpec child);

    /**
     * All children of this task as they stand now, in the order in which they were submitted. After
     * {@link AgentContext#awaitChildren} all of them have ended.
     */
    List<ChildResult> results();

    /** The child of this key. */
    default Optional<ChildResult> result(String key) {
        return results().stream().filter(child -> child.key().equals(key)).findFirst();
    }
}
