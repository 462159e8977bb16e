package io.orchestrator.metrics;

import java.util.Locale;

/** How an attempt ended, as its worker sees it. */
public enum AttemptEnd {
    COMPLETED,
    /** Failed; another attempt follows. */
    RETRIED,
    /** Failed for good. */
    FAILED,
    /** Given back unfinished. */
    HANDED_BACK,
    /** Waits for its children. */
    WAITING,
    /** No longer trusted: what it did does not count. */
    REVOKED;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
