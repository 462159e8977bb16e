package io.orchestrator.embedded;

import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two servers of one data directory, and the state file that records them. Whoever calls holds the startup lock, or
 * is known to be the only one to use the directory.
 */
final class Servers {
    private static final Logger LOG = LoggerFactory.getLogger(Servers.class);

    private final DataDirectory directory;
    private final Options options;
    private final PostgresCluster cluster;
    private final PostgresServer postgres;
    private final RedisServer redis;
    private final StackStateFile stateFile;
    private final Launcher launcher;

    Servers(DataDirectory directory, Options options, BinaryCache binaries, Supplier<PostgresAccount> account) {
        this.directory = directory;
        this.options = options;
        this.cluster = new PostgresCluster(directory, binaries, account);
        this.postgres = new PostgresServer(directory, cluster, options.postgresSettings());
        this.redis = new RedisServer(directory, binaries);
        this.stateFile = new StackStateFile(directory.stateFile());
        this.launcher = new Launcher(options.startTimeout(), options.stopTimeout());
    }

    static Servers of(DataDirectory directory, Options options) {
        return new Servers(directory, options, BinaryCache.ofUser(), () -> PostgresAccount.of(directory));
    }

    Server postgres() {
        return postgres;
    }

    Server redis() {
        return redis;
    }

    String databaseUrl(StackState state) {
        return "postgresql://%s:%s@127.0.0.1:%d/%s"
                .formatted(PostgresCluster.USER, cluster.password(), port(state, postgres), PostgresCluster.DATABASE);
    }

    String redisUrl(StackState state) {
        return redis.url(port(state, redis));
    }

    StackState state() {
        return stateFile.read();
    }

    /**
     * Starts what does not run. A server that others use and that has died comes back on the port they know; one that
     * nobody uses yet takes the port of the options.
     */
    StackState start() {
        requireThisHost();
        start(redis, options.redisPort());
        start(postgres, options.postgresPort());
        return stateFile.read();
    }

    /** Stops what runs, whether or not this process started it, and forgets it. */
    void stop() {
        stop(postgres, StopMode.FAST);
        stop(redis, StopMode.FAST);
        stateFile.delete();
    }

    /** Ends one server, which stays recorded with its port. Does nothing if it does not run. */
    void stop(Server server, StopMode mode) {
        running(server).ifPresent(process -> {
            LOG.info("Stopping {} (process {}, {})", server.name(), process.pid(), mode);
            server.stop(process, mode, options.stopTimeout());
        });
    }

    private void start(Server server, int requestedPort) {
        Optional<RunningServer> recorded = stateFile.read().server(server.name());
        int port = recorded.map(RunningServer::port).orElse(requestedPort);
        if (requestedPort != 0 && requestedPort != port) {
            throw new LocalStackException("The servers on " + directory + " are in use, with " + server.name()
                    + " on port " + port + ", not on " + requestedPort
                    + ". Ask for no port or for that one, or end the other users first.");
        }
        if (recorded.isPresent() && recorded.get().process().isAlive()) {
            return;
        }
        server.byPidFile().ifPresent(process -> {
            throw new LocalStackException("A " + server.name() + " that is not recorded in " + stateFile.file()
                    + " runs on this data (process " + process.pid() + "). End all users of " + directory
                    + " and start again.");
        });
        launcher.start(server, port, running -> stateFile.write(stateFile.read().with(server.name(), running)));
    }

    /**
     * Pids mean nothing in another container, and neither do our locks to its servers: without this check a second
     * Postgres would start on data that is in use.
     */
    private void requireThisHost() {
        boolean foreign = stateFile.read().servers().values().stream()
                .anyMatch(server -> !server.process().isOfThisHost());
        if (foreign) {
            throw new LocalStackException("The servers on " + directory
                    + " are in use from another container or host. Give this one a data directory of its own.");
        }
    }

    private Optional<ProcessIdentity> running(Server server) {
        return stateFile
                .read()
                .server(server.name())
                .map(RunningServer::process)
                .filter(ProcessIdentity::isAlive)
                .or(server::byPidFile);
    }

    private static int port(StackState state, Server server) {
        return state.server(server.name())
                .map(RunningServer::port)
                .orElseThrow(() -> new LocalStackException(server.name() + " has not been started"));
    }
}
