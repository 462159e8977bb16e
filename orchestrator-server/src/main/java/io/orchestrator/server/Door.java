package io.orchestrator.server;

import io.javalin.config.RoutesConfig;

/** Routes that a server offers besides those that every service has. */
public interface Door {
    void open(RoutesConfig routes);
}
