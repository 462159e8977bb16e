package io.orchestrator.cli;

import io.orchestrator.embedded.DataDirectory;
import io.orchestrator.embedded.Options;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.util.Optional;

/** Which Postgres and Redis to use. */
sealed interface ServerChoice {
    /** Our own, on a data directory. */
    record Embedded(DataDirectory directory, Options options, QueueTuning tuning) implements ServerChoice {}

    /** Somebody's, by their URLs; that of Redis may be missing where a command needs Postgres alone. */
    record Remote(DatabaseUrl database, Optional<String> redisUrl, QueueTuning tuning) implements ServerChoice {}
}
