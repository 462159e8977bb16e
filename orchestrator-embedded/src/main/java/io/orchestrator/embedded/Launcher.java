package io.orchestrator.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a server and waits until it serves.
 *
 * <p>A free port can be taken by somebody else between the look and the server's own bind: then another one is tried.
 * A start that failed because a dead predecessor is not quite gone is repeated for a while.
 */
final class Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final int MAX_PORTS = 10;

    private final Duration limit;
    private final Duration stopLimit;

    Launcher(Duration limit, Duration stopLimit) {
        this.limit = limit;
        this.stopLimit = stopLimit;
    }

    /**
     * Starts a server.
     *
     * @param fixedPort the port it must have, 0 for a free one
     * @param launched is told the process as soon as there is one, before it serves
     * @throws PortInUseException if the fixed port is taken
     * @throws ServerStartException if the server ends or does not serve in time; it has been stopped then
     */
    RunningServer start(Server server, int fixedPort, Consumer<RunningServer> launched) {
        for (int attempt = 1; ; attempt++) {
            int port = fixedPort == 0 ? Ports.free() : fixedPort;
            if (fixedPort != 0 && !Ports.isFree(port)) {
                throw new PortInUseException(server.name(), port);
            }
            try {
                return startOn(port, server, launched);
            } catch (ServerStartException failure) {
                if (Ports.isFree(port) || attempt == MAX_PORTS) {
                    throw failure;
                }
                LOG.info("Port {} was taken while {} started", port, server.name());
            }
        }
    }

    private RunningServer startOn(int port, Server server, Consumer<RunningServer> launched) {
        server.prepare(port, limit);
        long begin = System.nanoTime();
        while (true) {
            ServerLog log = ServerLog.begin(server.logs(), server.name());
            try {
                return startOnce(port, server, log, launched);
            } catch (ServerStartException failure) {
                boolean inTime = System.nanoTime() - begin < limit.toNanos();
                if (!inTime || !server.isTransientFailure(failure.logTail())) {
                    throw failure;
                }
            }
        }
    }

    private RunningServer startOnce(int port, Server server, ServerLog log, Consumer<RunningServer> launched) {
        Process process;
        try {
            process = server.launch(log);
        } catch (IOException e) {
            throw log.failure(server.name(), String.valueOf(e.getMessage()));
        }
        RunningServer running = ProcessIdentity.of(process.pid())
                .map(identity -> new RunningServer(identity, port))
                .orElseThrow(() -> log.failure(server.name(), "it ended at once"));
        launched.accept(running);
        ProcessIdentity identity = running.process();
        boolean decided =
                BoundedWait.until(limit, () -> !identity.isAlive() || server.isReady(identity, running.port()));
        if (!decided) {
            server.stop(identity, StopMode.IMMEDIATE, stopLimit);
            throw log.failure(server.name(), "it did not serve within " + limit);
        }
        if (!identity.isAlive()) {
            throw log.failure(
                    server.name(),
                    "it ended with status " + process.onExit().join().exitValue());
        }
        LOG.info("Started {} on 127.0.0.1:{} (process {})", server.name(), port, identity.pid());
        return running;
    }
}
