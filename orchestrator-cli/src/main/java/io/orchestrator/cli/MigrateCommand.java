package io.orchestrator.cli;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Brings the schema up to date. */
@Command(
        name = "migrate",
        description = "Brings the database's schema up to date. Safe to run twice, and by several at once.",
        footer = {
            "",
            "Example:",
            "  DATABASE_URL=postgresql://user:password@host:5432/db orchestrator migrate",
        })
final class MigrateCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    MigrateCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.chooseDatabase(caller), Opening.MIGRATE)) {
            int applied = stack.migrationsApplied();
            output.answer(
                    caller,
                    () -> Json.object("applied", applied),
                    () -> List.of(applied == 0 ? "the schema was up to date" : applied + " migrations applied"));
            return ExitCode.OK.code();
        }
    }
}
