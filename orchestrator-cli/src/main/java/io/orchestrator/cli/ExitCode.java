package io.orchestrator.cli;

/** What the process ends with. */
enum ExitCode {
    /** Done; of a run: completed. */
    OK(0),
    /** The run failed, was cancelled or timed out. */
    FAILED(1),
    /** What was asked for cannot be done as it was asked; nothing was changed. */
    REFUSED(2),
    /** Postgres or Redis is there, and cannot be used as it is set up. */
    UNUSABLE(3),
    /** Postgres or Redis does not answer. */
    UNREACHABLE(4),
    /** A fault of the program itself. */
    BUG(70),
    /** Stopped watching; the run goes on. */
    DETACHED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
