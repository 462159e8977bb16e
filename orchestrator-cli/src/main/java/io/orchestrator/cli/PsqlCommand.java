package io.orchestrator.cli;

import io.orchestrator.store.postgres.DatabaseUrl;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Hands over to psql. */
@Command(
        name = "psql",
        description =
                "Opens psql on the database that the other commands use: the embedded one, which runs as long as psql does,"
                        + " or that of DATABASE_URL. The exit code is that of psql.",
        footer = {
            "",
            "Examples:",
            "  orchestrator psql",
            "  orchestrator psql -- -c 'SELECT * FROM runs_not_moving'",
        })
final class PsqlCommand implements Callable<Integer> {
    /** Ctrl-C ends a query there, not the session. */
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

    @Parameters(
            paramLabel = "ARGUMENT",
            arity = "0..*",
            description = "For psql; behind -- where it begins with a dash.")
    private List<String> arguments = new ArrayList<>();

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    PsqlCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.quietLogs();
        return switch (servers.chooseDatabase(caller)) {
            case ServerChoice.Remote remote ->
                run(psql().orElseThrow(() -> missing(remote.database().libpq())), remote.database());
            case ServerChoice.Embedded embedded -> {
                try (Stack stack = Stack.open(embedded, Opening.LOOK)) {
                    DatabaseUrl database = DatabaseUrl.parse(stack.databaseUrl());
                    yield run(psql().orElseThrow(() -> missing(whileDevRuns(database))), database);
                }
            }
        };
    }

    private Optional<Path> psql() {
        return caller.variable("PATH").stream()
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> caller.resolve(Path.of(folder)).resolve("psql"))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private int run(Path psql, DatabaseUrl database) throws InterruptedException {
        caller.interruption().allow(AS_LONG_AS_IT_TAKES);
        List<String> command = new ArrayList<>(List.of(psql.toString()));
        // Options first: psql takes the first word without a dash for the database.
        command.add("--dbname=" + database.libpq());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(caller.directory().toFile())
                .inheritIO();
        database.password().ifPresent(password -> builder.environment().put("PGPASSWORD", password));
        caller.out().flush();
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new Refusal(psql + " cannot be started: " + FileProblem.of(e), e);
        }
    }

    private String whileDevRuns(DatabaseUrl database) {
        return database.full() + " while 'orchestrator dev" + servers.again() + "' runs";
    }

    private static Refusal missing(String place) {
        return new Refusal("there is no psql on PATH. Install it (a package called postgresql-client), or use any other"
                + " client of Postgres on " + place);
    }
}
