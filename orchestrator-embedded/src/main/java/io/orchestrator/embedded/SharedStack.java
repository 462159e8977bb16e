package io.orchestrator.embedded;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process' share in the servers of one data directory: the protocol of {@code package-info}, between processes.
 * One instance per directory and JVM; {@link OpenStacks} calls it from one thread at a time.
 */
final class SharedStack {
    private static final Logger LOG = LoggerFactory.getLogger(SharedStack.class);

    private final DataDirectory directory;
    private final Options options;
    private final Servers servers;
    private final LockFile users;
    private final boolean startedHere;
    private final StackState state;

    private SharedStack(
            DataDirectory directory, Options options, Servers servers, LockFile users, boolean startedHere) {
        this.directory = directory;
        this.options = options;
        this.servers = servers;
        this.users = users;
        this.startedHere = startedHere;
        this.state = servers.state();
    }

    /** Joins the running servers, or starts them after ending what is left of servers without users. */
    static SharedStack join(DataDirectory directory, Options options) {
        Servers servers = Servers.of(directory, options);
        try (LockFile startup = LockFile.open(directory.startupLock())) {
            startup.lockExclusively(options.startTimeout());
            LockFile users = LockFile.open(directory.usersLock());
            try {
                boolean alone = users.tryExclusive();
                if (alone) {
                    servers.stop();
                }
                // No other process can come in between: it would need the startup lock.
                users.share();
                StackState before = servers.state();
                boolean started = !servers.start().equals(before);
                return new SharedStack(directory, options, servers, users, started);
            } catch (RuntimeException failure) {
                giveUp(servers, users, failure);
                throw failure;
            }
        }
    }

    /** Leaves, and stops the servers if nobody else uses them. Bounded by the options' timeouts. */
    void leave() {
        // Released in reverse order: whoever gets the startup lock next must find the users' lock as we leave it.
        try (LockFile startup = LockFile.open(directory.startupLock());
                LockFile leaving = users) {
            startup.lockExclusively(options.startTimeout());
            if (leaving.tryExclusive()) {
                servers.stop();
            } else {
                LOG.info("Leaving the servers on {} to their other users", directory);
            }
        }
    }

    Servers servers() {
        return servers;
    }

    StackState state() {
        return state;
    }

    boolean startedHere() {
        return startedHere;
    }

    private static void giveUp(Servers servers, LockFile users, RuntimeException failure) {
        try (users) {
            if (users.tryExclusive()) {
                servers.stop();
            }
        } catch (RuntimeException another) {
            failure.addSuppressed(another);
        }
    }
}
