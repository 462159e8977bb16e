package io.orchestrator.store;

import java.util.List;
import java.util.Optional;

/** Finds ids by what people remember of them. */
public interface Lookup {
    /** Ids of runs that begin so, newest first. */
    List<String> runs(String beginning, int max);

    /** Ids of tasks that begin so, in order. */
    List<String> tasks(String beginning, int max);

    /** Ids of tasks that stand next to this one in their order, for somebody who has mistyped it. */
    List<String> tasksBeside(String taskId, int max);

    /** The run of a task. */
    Optional<String> runOf(String taskId);
}
