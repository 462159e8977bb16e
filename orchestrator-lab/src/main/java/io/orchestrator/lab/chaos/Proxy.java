package io.orchestrator.lab.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes TCP connections on to a port of this machine, more or less well. Thread-safe.
 *
 * <p>Bytes that are lost are gone, and a stream with a hole would be no fault that a network has, so connections that have
 * lost any are closed when the loss is over.
 */
final class Proxy implements AutoCloseable {
    /** What vanishes. */
    enum Loss {
        NOTHING,
        /** From the server to its client. */
        ANSWERS,
        EVERYTHING
    }

    private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);
    private static final int CONNECT_MS = 2_000;

    private final int target;
    private final ServerSocket server;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile Loss loss = Loss.NOTHING;
    private volatile Duration delay = Duration.ZERO;

    private Proxy(int target, ServerSocket server) {
        this.target = target;
        this.server = server;
    }

    /** Listens on a free port of the loopback interface. */
    static Proxy to(int target) {
        try {
            ServerSocket server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
            Proxy proxy = new Proxy(target, server);
            Thread.ofPlatform().daemon().name("proxy-" + server.getLocalPort()).start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on a free port", e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** From now on each piece is passed on this much later. */
    void delay(Duration by) {
        delay = by;
    }

    /** From now on this is lost. */
    void lose(Loss what) {
        loss = what;
    }

    /** Closes all connections; how many those were. */
    int cut() {
        List<Connection> open = List.copyOf(connections);
        open.forEach(Connection::close);
        return open.size();
    }

    /** How many connections there are. */
    int connections() {
        return connections.size();
    }

    /** Passes everything on at once again; what has lost something is closed. */
    void heal() {
        delay = Duration.ZERO;
        loss = Loss.NOTHING;
        connections.stream().filter(c -> c.hasLost).forEach(Connection::close);
    }

    @Override
    public void close() {
        closeQuietly(server);
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                LOG.debug("the proxy to port {} has stopped listening", target, e);
            }
        }
    }

    private void connect(Socket client) {
        Socket upstream = new Socket();
        try {
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MS);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            Connection connection = new Connection(client, upstream);
            connections.add(connection);
            if (server.isClosed()) {
                connection.close();
                return;
            }
            Thread.ofVirtual().start(() -> connection.pass(client, upstream, false));
            connection.pass(upstream, client, true);
        } catch (IOException e) {
            LOG.debug("port {} does not answer", target, e);
            closeQuietly(client);
            closeQuietly(upstream);
        }
    }

    /** A connection of a broken network ends in any way it likes. */
    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.debug("closing {}", closeable, e);
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket upstream;
        private volatile boolean hasLost;

        Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void pass(Socket from, Socket to, boolean answers) {
            byte[] buffer = new byte[16_384];
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (!delay.isZero()) {
                        LockSupport.parkNanos(delay.toNanos());
                    }
                    if (isLost(answers)) {
                        hasLost = true;
                    } else {
                        out.write(buffer, 0, n);
                    }
                }
            } catch (IOException e) {
                LOG.trace("a connection to port {} has ended", target, e);
            } finally {
                close();
            }
        }

        /** A connection that has lost something stays silent until it is closed. */
        private boolean isLost(boolean answers) {
            return switch (loss) {
                case NOTHING -> hasLost;
                case ANSWERS -> answers;
                case EVERYTHING -> true;
            };
        }

        void close() {
            connections.remove(this);
            closeQuietly(client);
            closeQuietly(upstream);
        }
    }
}
