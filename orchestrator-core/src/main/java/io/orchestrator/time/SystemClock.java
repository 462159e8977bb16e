package io.orchestrator.time;

import java.time.Instant;
import java.time.InstantSource;

/** The machine's wall clock: for ids and for showing people, never for deciding between processes. */
public final class SystemClock implements InstantSource {
    @Override
    public Instant instant() {
        return Instant.now();
    }
}
