package io.orchestrator.server;

import io.javalin.http.Context;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of others out. A page open in a browser on this machine can send requests to a loopback address, and by
 * a name of its own that it lets point there can even read the answers. So a request from another origin is refused, and
 * on loopback one for a host that is not this machine's loopback.
 */
final class BrowserGuard {
    private final boolean loopback;

    BrowserGuard(boolean loopback) {
        this.loopback = loopback;
    }

    /** @throws RequestRefused for a request that no program of this product's users sends */
    void check(Context ctx) {
        check(ctx.header("Host"), ctx.header("Origin"));
    }

    void check(@Nullable String host, @Nullable String origin) {
        if (loopback && host != null && !isLoopbackName(withoutPort(host))) {
            throw new RequestRefused(
                    403, "foreign_host", "this server is for 127.0.0.1 and localhost, not for " + host);
        }
        if (origin != null && !origin.equals("http://" + host)) {
            throw new RequestRefused(403, "foreign_origin", "requests from pages of another origin are refused");
        }
    }

    private static boolean isLoopbackName(String name) {
        return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
    }

    private static String withoutPort(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
    }
}
