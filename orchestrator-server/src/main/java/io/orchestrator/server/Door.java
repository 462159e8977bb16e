package io.orchestrator.server;

/** Routes that a server offers besides those that every service has. */
public interface Door {
    void open(Routes routes);
}
