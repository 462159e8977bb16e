package io.orchestrator.embedded;

import java.util.Map;

/**
 * A {@link LocalStack} for tests: in a directory of its own that is gone afterwards, with servers that can be made to
 * fail. As durable as the real one.
 *
 * <p>Closed by {@link #close}, or by a shutdown hook when the JVM ends first; what a killed JVM leaves is cleared away
 * by the next {@link #open} of the same user. Thread-safe.
 */
public final class TemporaryStack implements AutoCloseable {
    /** Tests run side by side on small machines. */
    private static final Map<String, String> SMALL = Map.of("shared_buffers", "64MB", "max_wal_size", "256MB");

    private final TemporaryDirectory directory;
    private final LocalStack stack;
    private final Thread hook;

    private TemporaryStack(TemporaryDirectory directory, LocalStack stack) {
        this.directory = directory;
        this.stack = stack;
        this.hook = new Thread(this::end, "temporary-stack-end");
    }

    /** A stack on free ports. */
    public static TemporaryStack open() {
        return open(Options.defaults().withPostgresSettings(SMALL));
    }

    /** A stack with these options. */
    public static TemporaryStack open(Options options) {
        TemporaryDirectory.sweep();
        TemporaryDirectory directory = TemporaryDirectory.create();
        try {
            TemporaryStack stack = new TemporaryStack(directory, LocalStack.open(directory.data(), options));
            Runtime.getRuntime().addShutdownHook(stack.hook);
            return stack;
        } catch (RuntimeException failure) {
            directory.delete();
            throw failure;
        }
    }

    /** See {@link LocalStack#databaseUrl}. The same over restarts. */
    public String databaseUrl() {
        return stack.databaseUrl();
    }

    /** See {@link LocalStack#redisUrl}. The same over restarts. */
    public String redisUrl() {
        return stack.redisUrl();
    }

    /** Where data and logs are, until the stack is closed. */
    public DataDirectory directory() {
        return directory.data();
    }

    /** Ends Postgres; returns when it is gone. Does nothing if it does not run. */
    public synchronized void killPostgres(StopMode mode) {
        stack.servers().stop(stack.servers().postgres(), mode);
    }

    /** Starts Postgres on its old port, after stopping it in order if it runs; returns when it serves. */
    public synchronized void restartPostgres() {
        killPostgres(StopMode.FAST);
        stack.servers().start();
    }

    /** Ends Redis by SIGKILL; returns when it is gone. Does nothing if it does not run. */
    public synchronized void killRedis() {
        stack.servers().stop(stack.servers().redis(), StopMode.KILL);
    }

    /** Starts Redis on its old port, after stopping it in order if it runs; returns when it serves. */
    public synchronized void restartRedis() {
        stack.servers().stop(stack.servers().redis(), StopMode.FAST);
        stack.servers().start();
    }

    /** Stops the servers and deletes the directory. Calling it again does nothing. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs, or has run, beside this call, and end() is safe to call twice.
        }
        end();
    }

    private synchronized void end() {
        stack.close();
        directory.delete();
    }
}
