package io.orchestrator.queue.memory;

import io.orchestrator.queue.Hints;
import io.orchestrator.queue.HintsContract;

class InMemoryHintsTest extends HintsContract {
    private final Hints hints = new InMemoryHints();

    @Override
    protected Hints hints() {
        return hints;
    }
}
