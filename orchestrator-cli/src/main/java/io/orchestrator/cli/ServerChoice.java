package io.orchestrator.cli;

import io.orchestrator.embedded.DataDirectory;
import io.orchestrator.embedded.Options;
import io.orchestrator.store.postgres.DatabaseUrl;

/** Which Postgres and Redis to use. */
sealed interface ServerChoice {
    /** Our own, on a data directory. */
    record Embedded(DataDirectory directory, Options options) implements ServerChoice {}

    /** Somebody's, by their URLs. */
    record Remote(DatabaseUrl database, String redisUrl) implements ServerChoice {}
}
