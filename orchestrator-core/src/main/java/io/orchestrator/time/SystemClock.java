package io.orchestrator.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The machine's wall clock: for ids and for showing people, never for deciding between processes.
 *
 * <p>The system property {@value #OFFSET_MS} sets it wrong by so many milliseconds, for tests that show the latter.
 */
public final class SystemClock implements InstantSource {
    /** Name of a system property. */
    public static final String OFFSET_MS = "orchestrator.clock.offset.ms";

    private static final Duration OFFSET = Duration.ofMillis(Long.getLong(OFFSET_MS, 0));

    @Override
    public Instant instant() {
        return Instant.now().plus(OFFSET);
    }
}
