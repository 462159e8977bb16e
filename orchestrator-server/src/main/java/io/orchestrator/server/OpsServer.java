package io.orchestrator.server;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
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
    private @Nullable Running running;

    private record Running(Javalin javalin, String url) {}

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
        Binding binding = Binding.of(settings);
        Javalin javalin = Javalin.create(config -> configure(config, binding));
        try {
            javalin.start();
        } catch (JavalinException e) {
            throw new CannotListenException(
                    "cannot listen on " + binding.host() + " port " + binding.port() + ": "
                            + rootOf(e).getMessage()
                            + ". End what listens there, or choose another port (0 for any free one)",
                    e);
        }
        running = new Running(javalin, "http://" + binding.authority(javalin.port()));
        LOG.info("listening on {}", running.url);
    }

    /**
     * Where it listens, such as {@code http://127.0.0.1:8080}.
     *
     * @throws IllegalStateException when it does not
     */
    public synchronized String url() {
        if (running == null) {
            throw new IllegalStateException("the server has no address before it is started");
        }
        return running.url;
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
            LOG.warn("requests were cut off at the stop: {}", rootOf(e).getMessage());
        }
    }

    private void configure(JavalinConfig config, Binding binding) {
        Http.configure(config, binding);
        BrowserGuard guard = new BrowserGuard(binding.loopback());
        config.routes.before(Http::secure);
        config.routes.before(guard::check);
        config.router.javaLangErrorHandler(ErrorAnswers::fatal);
        ErrorAnswers.install(config.routes);
        doors.forEach(door -> door.open(config.routes));
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
