package io.orchestrator.embedded;

/** How a server ends. */
public enum StopMode {
    /** In order: clients are disconnected, everything is written. */
    FAST,
    /** At once, by the server itself: nothing is written, and Postgres recovers from its log at the next start. */
    IMMEDIATE,
    /** By SIGKILL, as in a crash or when memory runs out. */
    KILL
}
