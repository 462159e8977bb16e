package io.orchestrator.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** One of the two servers, as far as starting and stopping needs to tell them apart. */
sealed interface Server permits PostgresServer, RedisServer {
    /** The key in the state file and the name of the log; lower case. */
    String name();

    /** Where the log is kept. */
    Path logs();

    /** Makes everything ready for a start on this port: data, configuration, leftovers of a predecessor. */
    void prepare(int port, Duration limit);

    /** Starts the process, in a session of its own, and returns at once. */
    Process launch(ServerLog log) throws IOException;

    /** Whether the started process serves. */
    boolean isReady(ProcessIdentity process, int port);

    /** Whether a failed start will soon succeed, unchanged, by what it logged. */
    boolean isTransientFailure(String logTail);

    /** The server that serves this data according to its own pid file, if that is true. */
    Optional<ProcessIdentity> byPidFile();

    /** Stops the server in order; by force when the limit has passed. Does not return before the process is gone. */
    void stop(ProcessIdentity process, StopMode mode, Duration limit);
}
