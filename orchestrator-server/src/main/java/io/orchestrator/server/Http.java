package io.orchestrator.server;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The bounds that hold for every request, and how requests are carried out: each on a virtual thread. */
final class Http {
    static final int MOST_BYTES = 1 << 20;

    /** Longest silence on a connection, and so the most that a client can take for each of its packets. */
    private static final Duration IDLE = Duration.ofSeconds(30);
    /** How long a stop waits for requests under way. */
    private static final Duration STOP = Duration.ofSeconds(5);

    private static final int MOST_HEADER_BYTES = 16 * 1024;
    private static final long LEAST_BYTES_A_SECOND = 100;
    private static final int PLATFORM_THREADS = 8;

    static final Map<String, String> HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Cache-Control", "no-store",
            "Referrer-Policy", "no-referrer",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

    private Http() {}

    static void configure(JavalinConfig config, Connectors connectors) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.maxRequestSize = MOST_BYTES;
        config.http.defaultContentType = "text/plain; charset=utf-8";
        config.jetty.threadPool = threads();
        config.jetty.modifyServer(Http::limit);
        config.jetty.modifyHttpConfiguration(Http::limit);
        config.jetty.addConnector(connectors::openMain);
        config.jetty.addConnector(connectors::openProbes);
    }

    static void secure(Context ctx) {
        HEADERS.forEach(ctx::header);
    }

    /** A few platform threads accept and select; what blocks does so on virtual ones. */
    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = platformThreads("http");
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-request-"));
        return threads;
    }

    /** Threads that the system shares out: they get their turn however many virtual ones have something to do. */
    static QueuedThreadPool platformThreads(String name) {
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS, 2, (int) IDLE.toMillis());
        threads.setName(name);
        threads.setDaemon(true);
        return threads;
    }

    private static void limit(Server server) {
        server.setStopTimeout(STOP.toMillis());
        server.insertHandler(new MinimumDataRateHandler(LEAST_BYTES_A_SECOND, 0));
        server.insertHandler(new GracefulHandler());
        server.insertHandler(new RoomKeeper(new Room(Runtime.getRuntime().maxMemory())));
        server.insertHandler(new ProbeGate(OpsDoor.PATHS));
        server.setErrorHandler(new JettyErrors());
    }

    private static void limit(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setUriCompliance(UriCompliance.DEFAULT);
        http.setRequestHeaderSize(MOST_HEADER_BYTES);
        http.setIdleTimeout(IDLE.toMillis());
    }
}
