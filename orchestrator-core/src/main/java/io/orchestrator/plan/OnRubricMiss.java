package io.orchestrator.plan;

/** What happens to a phase whose outputs miss one of its rubrics. */
public sealed interface OnRubricMiss {
    /** The phase fails with the reason. */
    record Fail() implements OnRubricMiss {}

    /**
     * The phase is done again, by agents that are told what was missed.
     *
     * @param rounds how many further rounds there are at most, at least 1; after them the phase fails
     */
    record Retry(int rounds) implements OnRubricMiss {
        public Retry {
            if (rounds < 1) {
                throw new IllegalArgumentException("a retry has at least 1 further round, found " + rounds);
            }
        }
    }

    /** The phase waits for a person. */
    record Hold() implements OnRubricMiss {}
}
