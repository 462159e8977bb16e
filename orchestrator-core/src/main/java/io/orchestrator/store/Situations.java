package io.orchestrator.store;

import io.orchestrator.run.Situation;
import java.util.Optional;

/** Looks at a run together with what may keep it from going on. What it costs follows the size of what is unfinished. */
public interface Situations {
    /** Of a run. */
    Optional<Situation> ofRun(String runId);

    /** Of the run of a task, which is among the situation's tasks even when it has ended. */
    Optional<Situation> ofTask(String taskId);
}
