package io.orchestrator.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a server answers, and by which methods. HEAD is answered wherever GET is, in the same way; what is asked for by a
 * method that its path does not have can be told from what is not there. Every request's parameters are looked at before its
 * handler is. Filled before the server starts, and thread-safe from then on.
 */
public final class Routes {
    private final RoutesConfig javalin;
    private final List<Route> routes = new ArrayList<>();

    /** @param path with names in braces for segments of any text */
    record Route(String method, String path) {
        boolean isAt(String asked) {
            String[] ours = path.split("/", -1);
            String[] theirs = plain(asked).split("/", -1);
            if (ours.length != theirs.length) {
                return false;
            }
            for (int i = 0; i < ours.length; i++) {
                if (!ours[i].startsWith("{") && !ours[i].equals(theirs[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    Routes(RoutesConfig javalin) {
        this.javalin = javalin;
    }

    /**
     * Answers GET and HEAD.
     *
     * @param path begins with a slash; segments in braces are parameters
     */
    public void get(String path, Handler handler) {
        add(HandlerType.GET, path, handler);
        add(HandlerType.HEAD, path, handler);
    }

    /**
     * Answers POST.
     *
     * @param path begins with a slash; segments in braces are parameters
     */
    public void post(String path, Handler handler) {
        add(HandlerType.POST, path, handler);
    }

    private void add(HandlerType method, String path, Handler handler) {
        routes.add(new Route(method.name(), path));
        javalin.addHttpHandler(method, path, ctx -> {
            Parameters.check(ctx);
            try {
                handler.handle(ctx);
            } finally {
                RoomKeeper.of(ctx).understood();
            }
        });
    }

    List<Route> all() {
        return List.copyOf(routes);
    }

    /** Answers where no handler was found: no such path, or not by this method. */
    void missed(Context ctx) {
        String path = ctx.path();
        Set<String> methods = new TreeSet<>();
        routes.stream().filter(route -> route.isAt(path)).forEach(route -> methods.add(route.method));
        String asked = ctx.req().getMethod();
        if (methods.isEmpty()) {
            Answer.error(ctx, 404, "not_found", "there is nothing at " + asked + ' ' + path);
            return;
        }
        methods.add(HandlerType.OPTIONS.name());
        String allowed = String.join(", ", methods);
        ctx.header("Allow", allowed);
        if (asked.equals(HandlerType.OPTIONS.name())) {
            ctx.status(204);
            return;
        }
        Answer.error(ctx, 405, "method_not_allowed", path + " takes " + allowed + ", not " + asked);
    }

    /** The same path without the slash that may stand at its end. */
    static String plain(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
