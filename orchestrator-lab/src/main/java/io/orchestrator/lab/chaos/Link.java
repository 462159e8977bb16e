package io.orchestrator.lab.chaos;

/** The way from a process to a server. */
enum Link {
    POSTGRES("Postgres"),
    REDIS("Redis");

    private final String server;

    Link(String server) {
        this.server = server;
    }

    /** As people call it. */
    String server() {
        return server;
    }
}
