package io.orchestrator.cli;

import io.orchestrator.embedded.DataDirectory;
import io.orchestrator.embedded.Options;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a command finds Postgres and Redis. */
final class ServerOptions {
    private static final String DATABASE_URL = "DATABASE_URL";
    private static final String REDIS_URL = "REDIS_URL";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep the embedded servers' data here. Else ORCHESTRATOR_DATA_DIR, else the user's state"
                    + " directory. Not used with DATABASE_URL and REDIS_URL.")
    private Optional<Path> dataDirectory = Optional.empty();

    @Option(
            names = "--postgres-port",
            hidden = true,
            paramLabel = "PORT",
            description = "Port of the embedded Postgres; 0, the default, for a free one.")
    private int postgresPort;

    @Option(
            names = "--redis-port",
            hidden = true,
            paramLabel = "PORT",
            description = "Port of the embedded Redis; 0, the default, for a free one.")
    private int redisPort;

    /** Checks as much as can be checked without starting or connecting. */
    ServerChoice choose(Caller caller) {
        Optional<String> database = caller.variable(DATABASE_URL);
        Optional<String> redis = caller.variable(REDIS_URL);
        if (database.isPresent() != redis.isPresent()) {
            String set = database.isPresent() ? DATABASE_URL : REDIS_URL;
            String missing = database.isPresent() ? REDIS_URL : DATABASE_URL;
            throw new Refusal(set + " is set and " + missing
                    + " is not. Set both to use real servers, or neither to use" + " the embedded ones.");
        }
        return database.isPresent() ? remote(caller, database.get(), redis) : embedded(caller);
    }

    /** As {@link #choose}, for what needs Postgres alone: a job that migrates has no Redis to name. */
    ServerChoice chooseDatabase(Caller caller) {
        return caller.variable(DATABASE_URL)
                .map(database -> remote(caller, database, caller.variable(REDIS_URL)))
                .orElseGet(() -> choose(caller));
    }

    /** To stand behind a command that is to be told: what it needs to find the same servers, as it was given here. */
    String again() {
        return dataDirectory
                .map(Path::toString)
                .map(path ->
                        " --data-dir " + (path.matches("[\\w./~+-]+") ? path : "'" + path.replace("'", "'\\''") + "'"))
                .orElse("");
    }

    private ServerChoice remote(Caller caller, String database, Optional<String> redis) {
        if (dataDirectory.isPresent()) {
            throw new Refusal(
                    "--data-dir is for the embedded servers, but DATABASE_URL and REDIS_URL are set. Unset them,"
                            + " or leave the option out.");
        }
        try {
            return new ServerChoice.Remote(DatabaseUrl.parse(database), redis, QueueTuning.of(caller));
        } catch (IllegalArgumentException e) {
            throw new Refusal(String.valueOf(e.getMessage()), e);
        }
    }

    private ServerChoice embedded(Caller caller) {
        if (dataDirectory.filter(path -> path.toString().isBlank()).isPresent()) {
            throw new Refusal("--data-dir is empty; expected a directory. Name one, or leave the option out.");
        }
        Optional<Path> directory = dataDirectory.or(
                () -> caller.variable(DataDirectory.ENVIRONMENT_VARIABLE).map(Path::of));
        try {
            Options options = Options.defaults().withPorts(postgresPort, redisPort);
            return new ServerChoice.Embedded(
                    DataDirectory.resolve(directory.map(caller::resolve).orElse(null)),
                    options,
                    QueueTuning.of(caller));
        } catch (IllegalArgumentException e) {
            throw new Refusal(String.valueOf(e.getMessage()), e);
        }
    }
}
