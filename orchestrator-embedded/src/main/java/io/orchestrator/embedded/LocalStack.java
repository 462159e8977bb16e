package io.orchestrator.embedded;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Postgres and Redis on one data directory, shared by all processes that have it open.
 *
 * <p>The first to open starts the servers, later ones join within milliseconds, and the last to close stops them,
 * whoever started them. What was committed survives every end: of a user, of all of them, of the servers (Redis may
 * lose its last second). Servers whose users were all killed are found and replaced at the next open.
 *
 * <p>Thread-safe. A directory may be open several times in one JVM. There is no shutdown hook here, as only the caller
 * knows what must end before the servers: a process that exits without {@link #close} leaves them running, without harm
 * to the data, until the directory is opened and closed again.
 */
public final class LocalStack implements AutoCloseable {
    private final DataDirectory directory;
    private final SharedStack stack;
    private final String databaseUrl;
    private final String redisUrl;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalStack(DataDirectory directory, SharedStack stack) {
        this.directory = directory;
        this.stack = stack;
        this.databaseUrl = stack.servers().databaseUrl(stack.state());
        this.redisUrl = stack.servers().redisUrl(stack.state());
    }

    /**
     * Starts the servers or joins them. Returns when both serve; bounded by the options' timeouts.
     *
     * @throws PortInUseException if a port that was asked for is taken by another program
     * @throws ServerStartException if a server does not start; the message has the end of its log
     * @throws LocalStackException if the directory is in use in a way that cannot be joined, or the platform has no
     *     server binaries
     */
    public static LocalStack open(DataDirectory directory, Options options) {
        SharedStack stack = OpenStacks.join(directory, options);
        try {
            return new LocalStack(directory, stack);
        } catch (RuntimeException failure) {
            OpenStacks.leave(directory);
            throw failure;
        }
    }

    /** {@code postgresql://user:password@127.0.0.1:port/database}; the user is the database's superuser. */
    public String databaseUrl() {
        return databaseUrl;
    }

    /** {@code redis://:password@127.0.0.1:port}; without a password where a version that knew none started the server. */
    public String redisUrl() {
        return redisUrl;
    }

    /** Whether this process started a server when it opened the directory, rather than joining running ones. */
    public boolean startedHere() {
        return stack.startedHere();
    }

    /** Where data and logs are. */
    public DataDirectory directory() {
        return directory;
    }

    Servers servers() {
        return stack.servers();
    }

    /**
     * Leaves; the last user stops the servers, in order while the options' stop timeout lasts, then by force. Calling
     * it again does nothing.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            OpenStacks.leave(directory);
        }
    }
}
