package io.orchestrator.migrations;

/** Where the migrations are found. */
public final class Migrations {
    /** The location of the SQL files, as Flyway writes it. */
    public static final String LOCATION = "classpath:io/orchestrator/migrations";

    private Migrations() {}
}
