package io.orchestrator.metrics;

import java.util.Locale;

/** What came of a worker's attempt to extend its lease. */
public enum LeaseRenewal {
    RENEWED,
    /** The lease had been taken away. */
    REFUSED,
    /** The store did not answer. */
    FAILED;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
