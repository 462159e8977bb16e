package io.orchestrator.cli;

/** Where a service answers over HTTP, while it is open. */
interface Door extends AutoCloseable {
    /** Without a slash at its end. */
    String url();

    @Override
    void close();
}
