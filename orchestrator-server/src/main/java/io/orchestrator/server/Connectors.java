package io.orchestrator.server;

import io.orchestrator.time.Ticks;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * The two sockets of a server: the main one, and one for probes that shares neither its limit of connections nor its threads,
 * so that what keeps the first one busy does not make the process look dead. HTTP/1.1 only. Made for one start.
 */
final class Connectors implements AutoCloseable {
    private static final String PROBES = "probes";

    private static final int MOST_PROBES = 200;
    /** How many connections the system holds ready: a wave of them is no reason to refuse the one that asks. */
    private static final int ACCEPT_QUEUE = 4_096;

    private final ServerSettings settings;
    private final Binding binding;
    private final Ticks ticks;
    private final AtomicReference<@Nullable ServerConnector> main = new AtomicReference<>();
    private final AtomicReference<@Nullable ServerConnector> probes = new AtomicReference<>();

    Connectors(ServerSettings settings, Ticks ticks) {
        this.settings = settings;
        this.binding = Binding.of(settings);
        this.ticks = ticks;
    }

    static boolean isForProbes(Request request) {
        return PROBES.equals(request.getConnectionMetaData().getConnector().getName());
    }

    /** Whether only this machine can reach the main one. */
    boolean isOnLoopback() {
        return binding.loopback();
    }

    /** @throws CannotListenException when the port is taken, or the host is not one of this machine */
    ServerConnector openMain(Server server, HttpConfiguration http) {
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        limit(connector, settings.limits());
        try {
            listen(connector, binding);
        } catch (IOException e) {
            throw refusal(binding, e);
        }
        main.set(connector);
        return connector;
    }

    /** @throws CannotListenException when none of its ports is free */
    ServerConnector openProbes(Server server, HttpConfiguration http) {
        ServerConnector connector = new ServerConnector(
                server, Http.platformThreads(PROBES), null, null, 1, 1, new HttpConnectionFactory(http));
        connector.setName(PROBES);
        limit(connector, settings.limits().withConnections(MOST_PROBES));
        List<Integer> ports = settings.probes().ports();
        for (int i = 0; ; i++) {
            Binding place = Binding.of(settings.probes().host(), ports.get(i));
            try {
                listen(connector, place);
                probes.set(connector);
                return connector;
            } catch (IOException e) {
                if (i == ports.size() - 1) {
                    throw refusal(place, e);
                }
            }
        }
    }

    private void limit(ServerConnector connector, HttpLimits limits) {
        connector.setIdleTimeout(limits.silence().toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.addBean(new NetworkConnectionLimit(limits.connections(), connector));
        connector.addBean(new ConnectionGuard(connector, limits, ticks));
    }

    private static void listen(ServerConnector connector, Binding place) throws IOException {
        connector.setHost(place.host());
        connector.setPort(place.port());
        connector.open();
    }

    private static CannotListenException refusal(Binding place, IOException e) {
        return new CannotListenException(
                "cannot listen on " + place.host() + " port " + place.port() + ": "
                        + CannotListenException.rootOf(e).getMessage()
                        + ". End what listens there, or choose another port (0 for any free one)",
                e);
    }

    /** Where the main one listens, once it is open. */
    String url() {
        return url(binding, main.get());
    }

    /** Where probes are answered, once it is open. */
    String probesUrl() {
        return url(Binding.of(settings.probes().host(), 0), probes.get());
    }

    private static String url(Binding place, @Nullable ServerConnector connector) {
        if (connector == null) {
            throw new IllegalStateException("the server has no address before it is started");
        }
        return "http://" + place.authority(connector.getLocalPort());
    }

    /** For a server that did not come up: Jetty closes what it has started. */
    @Override
    public void close() {
        for (AtomicReference<@Nullable ServerConnector> opened : List.of(main, probes)) {
            ServerConnector connector = opened.get();
            if (connector != null) {
                connector.close();
            }
        }
    }
}
