package io.orchestrator.sim;

import io.orchestrator.queue.Hints;
import java.util.function.Consumer;

/** Hints of which some are lost. */
final class UnreliableHints implements Hints {
    private final Hints hints;
    private final Engine engine;

    UnreliableHints(Hints hints, Engine engine) {
        this.hints = hints;
        this.engine = engine;
    }

    @Override
    public void publish(String channel, String message) {
        if (!engine.world().chance(engine.queueFaults())) {
            hints.publish(channel, message);
        }
    }

    @Override
    public Subscription subscribe(String channel, Consumer<String> listener) {
        return hints.subscribe(channel, listener);
    }
}
