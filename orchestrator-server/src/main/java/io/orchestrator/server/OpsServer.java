package io.orchestrator.server;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.time.Ticks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of a service process: {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /status}, and whatever
 * doors it is given. Thread-safe; starting twice or closing twice does no more than once, and it can be started again.
 */
public final class OpsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpsServer.class);

    private final ServerSettings settings;
    private final List<Door> doors;
    private final Ticks ticks;
    private @Nullable Running running;

    private record Running(Javalin javalin, Routes routes, String url, String probesUrl) {}

    /**
     * Makes a server; it does not listen yet.
     *
     * @param metrics shown under {@code /metrics}; not closed with the server
     * @param doors what this process offers besides
     */
    public OpsServer(
            ServerSettings settings,
            Readiness readiness,
            PrometheusMeterRegistry metrics,
            Status status,
            List<Door> doors) {
        this.settings = settings;
        this.ticks = status.ticks();
        this.doors = new ArrayList<>(doors);
        this.doors.addFirst(new OpsDoor(readiness, metrics, status));
    }

    /**
     * Listens, and returns when requests are answered.
     *
     * @throws CannotListenException when the port is taken, the host is not one of this machine, or the address is open to
     *     other machines without that being meant
     */
    public synchronized void start() {
        if (running != null) {
            return;
        }
        Connectors connectors = new Connectors(settings, ticks);
        boolean open = false;
        try {
            AtomicReference<@Nullable Routes> routes = new AtomicReference<>();
            Javalin javalin = Javalin.create(config -> routes.set(configure(config, connectors)));
            javalin.start();
            running = new Running(
                    javalin, Objects.requireNonNull(routes.get()), connectors.url(), connectors.probesUrl());
            open = true;
        } finally {
            if (!open) {
                connectors.close();
            }
        }
        LOG.info("listening on {}, and for probes on {}", running.url, running.probesUrl);
    }

    /**
     * Where it listens, such as {@code http://127.0.0.1:8080}.
     *
     * @throws IllegalStateException when it does not
     */
    public synchronized String url() {
        return started().url;
    }

    /**
     * Where it answers {@code /livez}, {@code /readyz}, {@code /metrics} and {@code /status} whatever goes on elsewhere.
     *
     * @throws IllegalStateException when it does not
     */
    public synchronized String probesUrl() {
        return started().probesUrl;
    }

    synchronized Routes routes() {
        return started().routes;
    }

    private Running started() {
        if (running == null) {
            throw new IllegalStateException("the server has no address before it is started");
        }
        return running;
    }

    /** Listens no more and waits a few seconds at most for requests under way; those that take longer are cut off. */
    @Override
    public synchronized void close() {
        if (running == null) {
            return;
        }
        Javalin javalin = running.javalin;
        running = null;
        try {
            javalin.stop();
        } catch (JavalinException e) {
            LOG.warn(
                    "requests were cut off at the stop: {}",
                    CannotListenException.rootOf(e).getMessage());
        }
    }

    private Routes configure(JavalinConfig config, Connectors connectors) {
        Http.configure(config, connectors);
        BrowserGuard guard = new BrowserGuard(connectors.isOnLoopback());
        config.routes.before(Http::secure);
        config.routes.before(guard::check);
        config.router.javaLangErrorHandler(ErrorAnswers::fatal);
        Routes routes = new Routes(config.routes);
        ErrorAnswers.install(config.routes, routes);
        doors.forEach(door -> door.open(routes));
        return routes;
    }
}
