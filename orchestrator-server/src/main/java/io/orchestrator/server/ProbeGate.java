package io.orchestrator.server;

import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Lets through, of what comes by the connector for probes, what is asked by those who watch, and nothing else. */
final class ProbeGate extends Handler.Wrapper {
    private final Set<String> paths;

    ProbeGate(Set<String> paths) {
        this.paths = Set.copyOf(paths);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (Connectors.isForProbes(request) && !paths.contains(Routes.plain(Request.getPathInContext(request)))) {
            Response.writeError(request, response, callback, 404);
            return true;
        }
        return super.handle(request, response, callback);
    }
}
