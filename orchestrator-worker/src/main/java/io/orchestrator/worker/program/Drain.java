package io.orchestrator.worker.program;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a program has exited and its stdout or stderr is still open, because a child holds it. First it may
 * go on for a moment; then the rest of the tree is ended, after which what is in the pipe is read to its end; and if
 * that end does not come, something out of reach holds the pipe, and it is left alone. Not thread-safe.
 */
final class Drain {
    private static final Duration FOR_CHILDREN = Duration.ofSeconds(1);
    private static final Duration IDLE_AFTER_KILL = Duration.ofSeconds(2);
    private static final Duration AFTER_KILL = Duration.ofSeconds(60);

    private final ProcessTree tree;
    private final Countdown forChildren = Countdown.of(FOR_CHILDREN);
    private @Nullable Countdown idle;
    private @Nullable Countdown all;

    Drain(ProcessTree tree) {
        this.tree = tree;
    }

    /**
     * Ends the tree when it is time to.
     *
     * @param quiet nothing came since the last call
     * @return whether to stop waiting for the end of the output
     */
    boolean isOver(boolean quiet) {
        if (idle == null || all == null) {
            if (forChildren.isOver()) {
                tree.terminate(Duration.ZERO);
                all = Countdown.of(AFTER_KILL);
                idle = Countdown.of(IDLE_AFTER_KILL);
            }
            return false;
        }
        if (!quiet) {
            idle = Countdown.of(IDLE_AFTER_KILL);
        }
        return idle.isOver() || all.isOver();
    }
}
