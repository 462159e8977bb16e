package io.orchestrator.plan;

/** How many tasks of a phase may be under way at once. */
public sealed interface Parallelism {
    /** One agent after the other, each seeing the outputs of those before it. */
    record Sequential() implements Parallelism {}

    /** At most {@code limit} tasks at once, in any order. */
    record AtMost(int limit) implements Parallelism {
        public AtMost {
            if (limit < 1) {
                throw new IllegalArgumentException("parallelism is at least 1, found " + limit);
            }
        }
    }

    default int limit() {
        return switch (this) {
            case Sequential ignored -> 1;
            case AtMost atMost -> atMost.limit();
        };
    }
}
